import test from 'ava'
import type { Lease } from '../../../src/control/lease/lease.ts'
import { newRequests, requesting } from '../../../src/control/lease/lease-requests.ts'
import { requestName, type WorkRequest } from '../../../src/model/work-request.ts'

const NOW = 1_800_000_000_000

const review = (number: number): WorkRequest => ({ kind: 'review', number })

function leaseOf(requested: string | undefined): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'reeve-x',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      annotations: requested === undefined ? {} : { 'reeve.dev/requested': requested },
    },
  }
}

/** The Lease after requests, as another process writes it. */
function asked(before: Lease | undefined, requests: readonly WorkRequest[], now = NOW): Lease {
  return leaseOf(requesting(before, requests, now).annotations?.['reeve.dev/requested'] ?? undefined)
}

const names = (before: Lease | undefined, lease: Lease) => newRequests(before, lease).map(requestName)

test('each kind of request reaches the holder, once', (t) => {
  const requests = [
    { kind: 'poll' },
    { kind: 'collect' },
    { kind: 'queue' },
    review(12),
    { kind: 'review' },
  ] as const
  const lease = asked(undefined, requests)
  t.deepEqual(newRequests(undefined, lease), requests)
  t.deepEqual(newRequests(lease, lease), [])
})

test('a request of another process is added; one of the same name is new again, even in the same millisecond', (t) => {
  const first = asked(undefined, [{ kind: 'poll' }])
  const second = asked(first, [review(1)])
  t.deepEqual(names(first, second), ['review/1'])
  const third = asked(second, [{ kind: 'poll' }])
  t.deepEqual(names(second, third), ['poll'])
  t.deepEqual(
    names(undefined, third),
    ['poll', 'review/1'],
    'a holder that missed one version misses nothing',
  )
})

test('a request is dropped a minute later, by the next one', (t) => {
  const old = asked(undefined, [{ kind: 'poll' }, review(1)])
  t.deepEqual(names(undefined, asked(old, [{ kind: 'collect' }], NOW + 60_000)), ['collect'])
  t.deepEqual(
    names(undefined, asked(old, [{ kind: 'collect' }], NOW - 60_000)),
    ['collect'],
    'a clock set back',
  )
})

test('many pull requests become a request for all of them, and the annotation stays small', (t) => {
  const numbers = Array.from({ length: 50 }, (_, index) => review(2_000_000_000 + index))
  const full = asked(undefined, [{ kind: 'poll' }, ...numbers])
  t.is(newRequests(undefined, full).length, 51)
  t.true((full.metadata.annotations?.['reeve.dev/requested'] ?? '').length < 3_000)
  const more = asked(full, [review(1)])
  t.deepEqual(names(undefined, more), ['poll', 'review'])
  t.deepEqual(names(full, more), ['review'])
})

test('whatever stands in the annotation, only requests are read from it', (t) => {
  for (const text of [
    '',
    ' ',
    'poll',
    '=',
    'poll =1',
    'review/0=1',
    'review/-1=1',
    'review/99999999999=1',
    'review/1/2=1',
    '__proto__=1',
    'constructor=1',
    'Poll=1',
    `${'a'.repeat(9_000)} poll=1`,
  ])
    t.deepEqual(names(undefined, leaseOf(text)), [], text.slice(0, 40))
  t.deepEqual(names(undefined, leaseOf('poll=1 what=2 review/3=4=5')), ['poll', 'review/3'])
})
