import type { Resource } from '../../model/schema.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'

const PACE: Pace = { firstMs: 500, longestMs: 300_000 }
/** A kind that stayed this long, in milliseconds, starts at the shortest delay when it disappears again. */
const STEADY_MS = 60_000

interface Gone {
  /** Number of consecutive times that it disappeared soon after it was watched. */
  readonly count: number
  /** When it may be watched again, in milliseconds since the epoch. */
  readonly until: number
}

/**
 * Remembers which kinds are no longer served. Discovery may still name them: it lags behind, or an API server
 * serves less than it announces. Such a kind is watched again with growing delays.
 */
export class GoneKinds {
  readonly #gone = new Map<string, Gone>()

  /** Notes that the kind was not served at `now`, in milliseconds since the epoch. */
  note(resource: Resource, now: number): void {
    const before = this.#gone.get(idOf(resource))
    const isSame = before !== undefined && now - before.until < STEADY_MS
    const count = isSame ? before.count + 1 : 1
    this.#gone.set(idOf(resource), { count, until: now + retryDelay(count, PACE) })
  }

  /** Delay before the kind is watched, in milliseconds; 0 for none. */
  delay(resource: Resource, now: number): number {
    return Math.max(0, (this.#gone.get(idOf(resource))?.until ?? 0) - now)
  }
}

/** Each version of a kind counts on its own. */
function idOf({ group, version, kind }: Resource): string {
  return `${group}/${version}/${kind}`
}
