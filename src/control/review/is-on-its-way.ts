import { type InstallationStatus, isSettled } from '../../model/status.ts'
import type { ClusterReview, Transition } from '../../stages/review/cluster-review.ts'

/** How long a review stays where nothing is held and no record says that its commit is reached, in milliseconds. */
const KEPT_MS = 60 * 60_000

export interface WayOptions {
  /** Whether the fleet is at a commit, or after it. */
  readonly hasArrived: (commit: string) => Promise<boolean>
  /** Whether the history of a commit has another. */
  readonly isAfter: (commit: string, before: string) => Promise<boolean>
  readonly status: (name: string) => InstallationStatus | undefined
  /** Whether a rollout has yet to bring an installation to the head of the target. */
  readonly isRolling: (name: string) => boolean
  readonly elapsedMs: number
}

/** Whether some installation may still need a merged review to move on. */
export async function isOnItsWay(
  { merged, allows }: Pick<ClusterReview, 'merged' | 'allows'>,
  { hasArrived, isAfter, status, isRolling, elapsedMs }: WayOptions,
): Promise<boolean> {
  if (merged === undefined || allows === undefined) return false
  if (!(await hasArrived(merged.commit))) return true
  for (const transition of allows.transitions) {
    if (isRolling(transition.name)) return true
    const state = await stateOf(transition, merged.commit, status(transition.name), isAfter)
    if (state === 'held' || (state === 'unknown' && elapsedMs < KEPT_MS)) return true
  }
  return false
}

async function stateOf(
  { to }: Transition,
  merge: string,
  status: InstallationStatus | undefined,
  isAfter: WayOptions['isAfter'],
): Promise<'held' | 'unknown' | 'there'> {
  if (to === '') return status === undefined ? 'there' : 'held'
  if (status === undefined) return 'unknown'
  if (status.applied !== undefined || status.state === 'invalid') return 'held'
  return isSettled(status) && (await isAfter(status.commit, merge)) ? 'there' : 'unknown'
}
