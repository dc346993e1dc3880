/** When a Job runs that an installation declares as a hook. */
export const HOOK_EVENTS = [
  'pre-sync',
  'post-sync',
  'sync-fail',
  'pre-delete',
  'pre-hibernate',
  'post-wake',
] as const

export type HookEvent = (typeof HOOK_EVENTS)[number]

/** A Job that ran, or runs, for a change of an installation. */
export interface HookRun {
  /** Name of the Job or Pod in Git. */
  readonly hook: string
  readonly event: HookEvent
  /** `waiting`: it cannot be made yet. */
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed'
  /** `namespace/name` of the Job in the cluster. */
  readonly job: string
  /** Why it waits or failed; absent for any other. */
  readonly message?: string
}

/**
 * What becomes of an installation: it comes to run what Git declares; falls asleep; wakes; or goes. Of one that stays
 * asleep, and of one that is as declared already, nothing does.
 */
export type ChangeKind = 'sync' | 'sleep' | 'wake' | 'removal' | 'none'

/** A change of an installation that has hooks, and the runs of these. */
export interface HookedChange {
  readonly kind: ChangeKind
  /** Digest of what it is brought to, as of the record; of a removal, the last revision. */
  readonly source: string
  /** What it was at before; '' for nothing. The same change at another time has other runs. */
  readonly from: string
  readonly runs: readonly HookRun[]
  /** All of it was applied and healthy, and what runs after it has ended well: what fails later is no failure of it. */
  readonly isOver?: true
}
