import type { Resource } from '../../model/schema.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'

const PACE: Pace = { firstMs: 500, longestMs: 300_000 }
/** A kind that was there for so long is not the same trouble as before when it goes again. */
const STEADY_MS = 60_000

interface Gone {
  /** How often in a row it went soon after it was watched. */
  readonly count: number
  /** When it may be watched again, in milliseconds since the epoch. */
  readonly until: number
}

/**
 * Remembers which kinds went away. What discovery names may not be there all the same: it lags behind,
 * or an API server serves less than it says. Such kind watched again less and less often.
 */
export class GoneKinds {
  readonly #gone = new Map<string, Gone>()

  /** The kind turned out not to be served at `now`, in milliseconds since the epoch. */
  note(resource: Resource, now: number): void {
    const before = this.#gone.get(idOf(resource))
    const isSame = before !== undefined && now - before.until < STEADY_MS
    const count = isSame ? before.count + 1 : 1
    this.#gone.set(idOf(resource), { count, until: now + retryDelay(count, PACE) })
  }

  /** How long to wait before the kind is watched, in milliseconds; 0 for at once. */
  delay(resource: Resource, now: number): number {
    return Math.max(0, (this.#gone.get(idOf(resource))?.until ?? 0) - now)
  }
}

/** In another version the same kind is another matter. */
function idOf({ group, version, kind }: Resource): string {
  return `${group}/${version}/${kind}`
}
