import type { OnUnforeseen } from '../../model/contained.ts'
import type { Decrypt } from '../../model/decrypt.ts'

export interface TreeOptions {
  readonly decrypt: Decrypt
  readonly onUnforeseen: OnUnforeseen
}
