import type { Budgets } from '../../model/budgets.ts'
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Decrypt } from '../../model/decrypt.ts'

export interface TreeOptions {
  readonly decrypt: Decrypt
  readonly onUnforeseen: OnUnforeseen
  /** By default those of the least memory. */
  readonly budgets?: Budgets | undefined
}
