import { describeMs } from '../../model/describe-ms.ts'
import { firstOf } from '../../model/first-of.ts'
import { type InstallationStatus, isSettled } from '../../model/status.ts'
import type { ReviewedInstallation } from '../../stages/review/cluster-review.ts'

/** Maximum time for which a merged change is followed, in milliseconds. */
const FOLLOWED_MS = 30 * 60_000
/** Maximum number of installations that are named. */
const NAMED = 5

export interface AftermathInput {
  /** What the review said that the change acts on. */
  readonly acted: readonly ReviewedInstallation[]
  /** Whether the fleet is at the merge, or after it. */
  readonly hasArrived: boolean
  readonly status: (name: string) => InstallationStatus | undefined
  /** Whether a rollout has yet to bring an installation to the head of the target. */
  readonly isRolling: (name: string) => boolean
  /** Time since the merge, in milliseconds. */
  readonly elapsedMs: number
}

/** What became of a merged change. */
export interface Became {
  /** For people, such as `healthy in all 198 installations after 41 s`. */
  readonly text: string
  readonly isWell: boolean
}

/**
 * What became of a merged change, for people: `healthy in all 198 installations after 41 s`. Undefined while that is
 * open.
 */
export function aftermath(input: AftermathInput): Became | undefined {
  const { acted, hasArrived, status, isRolling, elapsedMs } = input
  const isLate = elapsedMs > FOLLOWED_MS
  if (acted.length === 0) return well('nothing to do in the cluster')
  if (!hasArrived) return isLate ? unwell(`not applied after ${describeMs(elapsedMs)}`) : undefined
  const open = acted.filter(({ name, effect }) => !isDone(effect, status(name)))
  const rolling = acted.filter(({ name, effect }) => effect !== 'deleted' && isRolling(name))
  if (open.length === 0 && rolling.length > 0)
    return isLate ? well(`healthy, and rollouts go on in ${rolling.length} of ${acted.length}`) : undefined
  if (open.length === 0) {
    const all = acted.length === 1 ? 'the installation' : `all ${acted.length} installations`
    return well(`healthy in ${all} after ${describeMs(elapsedMs)}`)
  }
  if (!isLate) return undefined
  const named = open.map(({ name }) => `${name} (${status(name)?.state ?? 'unknown'})`)
  const where = `${open.length} of ${acted.length}: ${firstOf(named, NAMED)}`
  return unwell(`not healthy after ${describeMs(elapsedMs)} in ${where}`)
}

function well(text: string): Became {
  return { text, isWell: true }
}

function unwell(text: string): Became {
  return { text, isWell: false }
}

/** That some installations are held as what they would become is not what was reviewed; undefined where none is. */
export function heldOf({ acted, hasArrived, status }: AftermathInput): Became | undefined {
  const held = acted.filter(({ name }) => isNotReviewed(status(name)))
  if (!hasArrived || held.length === 0) return undefined
  const named = firstOf(
    held.map(({ name }) => name),
    NAMED,
  )
  const count = held.length === 1 ? '1 installation' : `${held.length} installations`
  return unwell(`held in ${count}: not what was reviewed (${named})`)
}

function isNotReviewed(status: InstallationStatus | undefined): boolean {
  return status?.problems.some(({ code }) => code === 'not-reviewed') === true
}

function isDone(effect: ReviewedInstallation['effect'], status: InstallationStatus | undefined): boolean {
  if (effect === 'deleted') return status === undefined || status.state === 'deletion-pending'
  return status !== undefined && isSettled(status) && !status.applied
}
