import test from 'ava'
import { AdaptiveLimit } from '../../../src/adapters/cluster/adaptive-limit.ts'

interface Server {
  /** So many requests it works on at the same time; the others wait. */
  readonly workers: number
  /** Time on the wire there and back, and that a worker takes, in milliseconds. */
  readonly wire: number
  readonly work: number
  /** More than so many at once are refused. */
  readonly most?: number
}

interface Run {
  readonly limit: number
  readonly answered: number
  readonly refused: number
}

interface Flight {
  readonly start: number
  readonly end: number
  readonly isRefused: boolean
}

/** A client that always has something to ask, against a server by the book: no clock but its own. */
function simulate(server: Server, seconds: number, limit = new AdaptiveLimit()): Run {
  const free = Array.from({ length: server.workers }, () => 0)
  const flights: Flight[] = []
  let [now, refused, answered] = [0, 0, 0]
  while (now < seconds * 1000) {
    while (flights.length < limit.limit) flights.push(fly(server, free, now, flights.length))
    const isFull = flights.length === limit.limit
    const flight = takeFirst(flights)
    now = flight.end
    if (flight.isRefused) limit.refused(flight)
    else limit.answered(flight, isFull)
    if (flight.isRefused) refused++
    else answered++
  }
  return { limit: limit.limit, answered, refused }
}

/** @param free when each worker has nothing more to do */
function fly({ wire, work, most = 1000 }: Server, free: number[], now: number, others: number): Flight {
  if (others >= most) return { start: now, end: now + wire, isRefused: true }
  const worker = free.indexOf(Math.min(...free))
  const done = Math.max(now + wire / 2, free[worker] ?? 0) + work
  free[worker] = done
  return { start: now, end: done + wire / 2, isRefused: false }
}

function takeFirst(flights: Flight[]): Flight {
  const first = flights.reduce((a, b) => (b.end < a.end ? b : a))
  flights.splice(flights.indexOf(first), 1)
  return first
}

test('a busy server gets no more than it works on, and is never without work', (t) => {
  const { limit, answered } = simulate({ workers: 2, wire: 0.5, work: 2 }, 10)
  t.true(limit <= 16, `${limit}`)
  t.true(answered > 0.99 * 10 * 1000, `${answered}`)
})

test('a server that is far away and takes a lot gets a lot', (t) => {
  const { limit, answered } = simulate({ workers: 200, wire: 50, work: 2 }, 30)
  t.is(limit, 128)
  t.true(answered > 0.8 * 30 * (1000 / 52) * 128, `${answered}`)
})

test('a queue at the server ends the growth', (t) => {
  const { limit, answered } = simulate({ workers: 4, wire: 20, work: 2 }, 10)
  t.true(limit < 6 * 4 * (22 / 2), `${limit}`)
  t.true(answered > 0.97 * 10 * 2000, `${answered}`)
})

test('what the server refuses is found out, and hardly ever asked again', (t) => {
  const { limit, answered, refused } = simulate({ workers: 10, wire: 2, work: 10, most: 6 }, 60)
  t.true(limit >= 3 && limit <= 7, `${limit}`)
  t.true(refused < 0.002 * answered, `${refused} of ${answered}`)
  t.true(answered > 0.9 * 60 * 6 * (1000 / 12), `${answered}`)
})

test('it never ends at nothing, and comes back when the server is well again', (t) => {
  const limit = new AdaptiveLimit()
  for (let at = 0; at < 100; at++) limit.refused({ start: 2 * at, end: 2 * at + 1 })
  t.is(limit.limit, 1)
  t.is(simulate({ workers: 200, wire: 10, work: 2 }, 20, limit).limit, 128)
})

test('refusals of what was sent at the same time count once', (t) => {
  const limit = new AdaptiveLimit()
  for (let n = 0; n < 16; n++) limit.refused({ start: 5, end: 10 + n })
  t.is(limit.limit, 8)
  limit.refused({ start: 11, end: 30 })
  t.is(limit.limit, 4)
})

test('some slow answers among quick ones do not make it a trickle', (t) => {
  const limit = new AdaptiveLimit()
  for (let at = 0; at < 10_000; at++) limit.answered({ start: at, end: at + (at % 4 === 0 ? 500 : 1) }, true)
  t.true(limit.limit >= 16, `${limit.limit}`)
})

test('a limit that nobody reaches does not grow', (t) => {
  const limit = new AdaptiveLimit()
  for (let at = 0; at < 1000; at++) limit.answered({ start: at, end: at + 1 }, false)
  t.is(limit.limit, 16)
})

test('a server that has become slower for good is not taken for a crowded one for ever', (t) => {
  const limit = new AdaptiveLimit()
  limit.answered({ start: 0, end: 1 }, true)
  for (let at = 1; at < 10_000; at++) limit.answered({ start: at, end: at + 20 }, true)
  t.is(limit.limit, 16)
  for (let second = 10; second < 1000; second++)
    for (let n = 0; n < 8; n++) limit.answered({ start: second * 1000, end: second * 1000 + 20 }, true)
  t.true(limit.limit > 16, `${limit.limit}`)
})
