import type { HookRun } from './hook-run.ts'

/** What an operation may have to end before. */
export const GATED = ['move', 'delete', 'hibernate'] as const

export type Gated = (typeof GATED)[number]

/** What an operation told when it ended well. */
export interface OperationResult {
  /** As its container says in its termination message; by default, the name of the Job. */
  readonly id: string
  /** When it was seen to have ended (RFC 3339, seconds). */
  readonly at: string
  /** In bytes, as its container says. */
  readonly size?: number
  /** As its container says, such as a URL. */
  readonly where?: string
  /** Proves that Reeve recorded it; absent where it had no key. */
  readonly seal?: string
}

/** An operation in the record of its installation. */
export interface OperationRecord {
  readonly name: string
  /** What it ran for: its digest, the time of its schedule (RFC 3339), or the change that it came before. */
  readonly occasion: string
  /** Absent where it has not run yet. */
  readonly state?: HookRun['state']
  /** `namespace/name` of its Job. */
  readonly job?: string
  /** Why it waits or failed. */
  readonly message?: string
  /** The latest that ended well. */
  readonly last?: OperationResult
}
