import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api.ts'

/** When the API server had taken in the first and the last of some writes (performance.now()). */
export interface Span {
  readonly first: number
  readonly last: number
}

/** The API server and Reeve write leases and a key at the start, too: so many writes are no beginning. */
const STRAYS = 8
/** How often the revision is read: each time costs the API server something, too. */
const AT_FIRST_MS = 15
const LATEST_MS = 400
/** How long the slowest write may take, in milliseconds, and how long the beginning. */
const PATIENCE_MS = 100
const FIRST_PATIENCE_MS = 120_000

/**
 * The revision of the store, which each write of any object raises by one. Events are not cached, so
 * that their list is a single cheap read of etcd.
 */
export async function revision(api: Api): Promise<number> {
  const list = await api.send('GET', '/api/v1/namespaces/default/events?limit=1')
  return Number(JSON.parse(list).metadata.resourceVersion)
}

/** Follows `writes` writes from the API server's side. `base` is the revision before them. */
export async function spanOf(api: Api, base: number, writes: number): Promise<Span> {
  const deadline = performance.now() + FIRST_PATIENCE_MS + writes * PATIENCE_MS
  let first: number | undefined
  for (;;) {
    const done = (await revision(api)) - base
    const now = performance.now()
    if (done > STRAYS) first ??= now
    if (first !== undefined && done >= writes) return { first, last: now }
    if (now > deadline) throw new Error(`only ${done} of ${writes} writes arrived`)
    await sleep(first === undefined ? AT_FIRST_MS : untilNextLook(now - first, done / writes))
  }
}

/** A tenth of what is left at the pace so far: seldom at first, often at the end, whose time counts. */
function untilNextLook(elapsed: number, share: number): number {
  const left = (elapsed * (1 - share)) / share
  return Math.min(Math.max(left / 10, AT_FIRST_MS), LATEST_MS)
}

/** Writes a second, as one ratio to plain requests. */
export function perSecond({ first, last }: Span, writes: number): number {
  return ((writes - STRAYS) * 1000) / (last - first)
}
