import test from 'ava'
import { LateWork, type Piece } from '../../../src/control/fleet/late-work.ts'
import { until } from '../../helpers/until.ts'

const SHORT = { idleMs: 30, totalMs: 10_000 }
const LONG = { idleMs: 60_000, totalMs: 60_000 }

/** Work that ends when it is told to, and how often it was begun. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const counted = { begun: 0 }
  const begin = () => {
    counted.begun += 1
    return promise
  }
  return { begin, resolve, reject, counted }
}

function order(name: string, inputs: readonly unknown[] = ['same'], epoch = 0) {
  return { name, inputs, epoch }
}

function resultOf(piece: Piece<string>): string | undefined {
  return piece.outcome && 'result' in piece.outcome ? piece.outcome.result : undefined
}

test('what is ready is not held by what is late, which is told when it is done and never begun twice', async (t) => {
  const late = new LateWork<string>()
  let news = 0
  late.onNews(() => {
    news += 1
  })
  const slow = work()
  const pieces = [late.begin(order('slow'), slow.begin), late.begin(order('quick'), async () => 'done')]
  await late.wait(pieces, SHORT)
  t.deepEqual(pieces.map(resultOf), [undefined, 'done'])
  t.is(late.size, 1)

  const again = late.begin(order('slow'), slow.begin)
  await late.wait([again], LONG) // not waited for: it was late before
  t.true(again === pieces[0])
  t.is(slow.counted.begun, 1)

  slow.resolve('at last')
  await until('news', async () => news === 1)
  t.deepEqual(late.takeDone().map(resultOf), ['at last'])
  t.is(late.size, 0)
  t.deepEqual(late.takeDone(), [])
})

test('what was late is not waited for with the same inputs until it has come to a good end', async (t) => {
  const late = new LateWork<string>()
  const first = work()
  await late.wait([late.begin(order('a'), first.begin)], SHORT)
  first.resolve('failed in passing')
  await until('its end', async () => late.takeDone().length === 1)

  const second = work()
  await late.wait([late.begin(order('a'), second.begin)], LONG)
  t.is(second.counted.begun, 1)
  t.is(late.size, 1)

  late.forgive('a')
  const other = late.begin(order('a', ['other']), async () => 'other')
  await late.wait([other], LONG)
  t.is(resultOf(other), 'other')
  t.is(late.size, 0)
})

test('what was begun in another epoch goes on, and is begun again only once it is done', async (t) => {
  const late = new LateWork<string>()
  const first = work()
  const piece = late.begin(order('a'), first.begin)
  await late.wait([piece], SHORT)
  t.is(late.begin(order('a', ['same'], 1), first.begin), piece)
  first.resolve('of the epoch before')
  await piece.done
  const anew = late.begin(order('a', ['same'], 1), async () => 'of this epoch')
  await anew.done
  t.is(resultOf(anew), 'of this epoch')
})

test('as long as one after the other is done, all are waited for, but not for ever', async (t) => {
  const late = new LateWork<string>()
  const slow = Array.from({ length: 20 }, (_, index) =>
    late.begin(order(`${index}`), async () => {
      await new Promise((resolve) => setTimeout(resolve, 20 * index))
      return 'done'
    }),
  )
  await late.wait(slow, { idleMs: 5_000, totalMs: 60_000 })
  t.is(late.size, 0)
  const never = late.begin(order('never'), () => new Promise<string>(() => {}))
  await late.wait([never], { idleMs: 60_000, totalMs: 20 })
  t.is(late.size, 1)
  late.keep(new Map())
  t.is(late.size, 0)
})

test('what a piece throws is thrown to the one who waits, and kept for later where it was late', async (t) => {
  const late = new LateWork<string>()
  const failing = late.begin(order('a'), () => Promise.reject(new Error('no')))
  await t.throwsAsync(late.wait([failing], LONG), { message: 'no' })
  const slow = work()
  const piece = late.begin(order('b'), slow.begin)
  await late.wait([piece], SHORT)
  slow.reject(new Error('later'))
  await piece.done
  t.like(late.takeDone(), [{ outcome: { error: { message: 'later' } } }])
})
