import { randomBytes } from 'node:crypto'
import { requestName, requestNamed, type WorkRequest } from '../../model/work-request.ts'
import type { Lease, LeaseChange } from './lease.ts'

/** Annotation: what the holder was asked for lately, `<name>=<milliseconds since the epoch>-<nonce>` each. */
const REQUESTED = 'reeve.dev/requested'
/**
 * Time for which a request stays, in milliseconds: a holder whose watch broke finds it when it reads the Lease
 * again. One that misses it does the work at its usual time.
 */
const KEPT_FOR_MS = 60_000
/** Maximum number of pull requests by number; more become a request for all. */
const MOST_REVIEWS = 50
/** Maximum length of the annotation that is read, in characters. */
const LONGEST = 8_192

/** Adds requests to those that the Lease has; a newer one of the same name replaces an older one. */
export function requesting(
  lease: Lease | undefined,
  requests: readonly WorkRequest[],
  now = Date.now(),
): LeaseChange {
  const isRecent = (stamp: string) => Math.abs(now - Number(stamp.split('-', 1)[0])) < KEPT_FOR_MS
  const kept = new Map([...stampsIn(lease)].filter(([, stamp]) => isRecent(stamp)))
  for (const request of requests) kept.set(requestName(request), stampAt(now))
  const reviews = [...kept.keys()].filter((name) => name.startsWith('review/'))
  if (reviews.length > MOST_REVIEWS) {
    for (const name of reviews) kept.delete(name)
    kept.set('review', stampAt(now))
  }
  return { annotations: { [REQUESTED]: [...kept].map((entry) => entry.join('=')).join(' ') } }
}

/** Requests of the Lease that it did not have before. */
export function newRequests(before: Lease | undefined, lease: Lease | undefined): readonly WorkRequest[] {
  const known = stampsIn(before)
  return [...stampsIn(lease)]
    .filter(([name, stamp]) => known.get(name) !== stamp)
    .flatMap(([name]) => requestNamed(name) ?? [])
}

/** Whoever may write the Lease wrote this. */
function stampsIn(lease: Lease | undefined): ReadonlyMap<string, string> {
  const text = lease?.metadata.annotations?.[REQUESTED] ?? ''
  if (text.length > LONGEST) return new Map()
  const entries = text.split(' ').map((entry) => entry.split('=', 2))
  return new Map(
    entries.flatMap(([name = '', stamp]) =>
      stamp === undefined || requestNamed(name) === undefined ? [] : [[name, stamp] as const],
    ),
  )
}

/** Two requests of the same millisecond are two. */
function stampAt(now: number): string {
  return `${now}-${randomBytes(3).toString('hex')}`
}
