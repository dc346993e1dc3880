import type { Fault } from './fault.ts'

/** A head of the branch that is not applied. */
export interface RefusedHead {
  readonly branch: string
  /** Full id. */
  readonly commit: string
  /** Full id of the commit that is applied instead; absent for none. */
  readonly applied?: string
  readonly fault: Fault
}
