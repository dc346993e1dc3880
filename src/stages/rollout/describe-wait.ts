import { firstOf } from '../../model/first-of.ts'
import { timeText } from './time-text.ts'
import type { Wait } from './wait.ts'

/** Maximum number of names in a sentence. */
const NAMED = 3

/** What something waits for, until when if that is known, and how to go on without waiting. */
export function describeWait(wait: Wait): string {
  if (wait.for === 'whole' && wait.with) return `${wait.reason}, and ${describeWait(wait.with)}`
  const until = 'until' in wait && wait.until !== undefined ? ` until ${timeText(wait.until)}` : ''
  return `${reasonOf(wait, until)}; ${remedyOf(wait)}`
}

function reasonOf(wait: Wait, until: string): string {
  const { group } = wait
  switch (wait.for) {
    case 'pause':
      return `${group} is paused`
    case 'freeze':
      return `${group} is frozen${until}: ${wait.reason}`
    case 'window':
      return until === '' ? `no window of ${group} opens` : `the windows of ${group} are closed${until}`
    case 'pace':
      return `${group} pauses between moves${until}`
    case 'budget':
      return `as many members of ${group} are unavailable as may be`
    case 'rings':
      return wait.rings.length === 0
        ? `what ${group} is at is not part of the branch`
        : `${firstOf(wait.rings, NAMED)} must prove it first${until}`
    case 'approval':
      return `${group} waits for an approval`
    case 'proof': {
      const missing = firstOf(wait.missing, NAMED)
      if (missing === '') return `${group} proves what it is at${until}`
      return wait.isStopped
        ? `${group} waits for ${missing} to be well`
        : `${group} is still moving: ${missing}`
    }
    case 'checks':
      return `${group} is being checked: ${firstOf(wait.checks, NAMED)}`
    case 'failure':
      return `${group} is halted: ${wait.reason}`
    case 'rejection':
      return `${group} went back: ${wait.reason}`
    case 'whole':
      return wait.reason
    case 'pin':
      return `its document pins it to a revision`
    case 'skip':
      return `${group} skips it`
  }
}

function remedyOf({ for: what, group }: Wait): string {
  switch (what) {
    case 'pause':
      return `reeve rollout resume ${group}`
    case 'approval':
      return `reeve rollout approve ${group}`
    case 'budget':
      return 'raise spec.rollout.maxUnavailable or tolerate, or mend them'
    case 'pin':
      return 'remove spec.revision to follow its group'
    case 'skip':
      return 'remove it from spec.rollout.skip to go on'
    default:
      return `reeve rollout force ${group} goes on at once`
  }
}
