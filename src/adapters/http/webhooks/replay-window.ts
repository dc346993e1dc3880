import { LRUCache } from 'lru-cache'
import { type Delivery, header } from './delivery.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** Time after which an event is stale, in milliseconds; as much again for a forge whose clock is ahead. */
const FRESH_FOR_MS = 10 * 60_000
/** Maximum number of names that are remembered; a delivery has one or two. */
const MOST_NAMES = 20_000

/** Knows which deliveries came before, for longer than an event is fresh. */
export class ReplayWindow {
  readonly #seen = new LRUCache<string, true>({ max: MOST_NAMES, ttl: 2 * FRESH_FOR_MS })

  /** Whether one of the names is known. If none is, all are from now on. */
  isRepeated(names: readonly string[]): boolean {
    if (names.some((name) => this.#seen.has(name))) return true
    for (const name of names) this.#seen.set(name, true)
    return false
  }
}

/**
 * Whether an event is older than the window, or as far in the future, by the time that is signed with it. One
 * without such a time is never stale.
 */
export function isStale(delivery: Delivery, event: WebhookEvent | undefined, now = Date.now()): boolean {
  const at = signedAt(delivery) ?? (event !== undefined && 'at' in event ? event.at : undefined)
  return at !== undefined && !(Math.abs(now - at) <= FRESH_FOR_MS)
}

/** When a delivery that GitLab signed was sent, in milliseconds since the epoch; NaN where that is no time. */
function signedAt({ forge, headers }: Delivery): number | undefined {
  if (forge !== 'gitlab' || header(headers, 'webhook-signature') === undefined) return undefined
  const seconds = header(headers, 'webhook-timestamp') ?? ''
  return /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1_000 : Number.NaN
}
