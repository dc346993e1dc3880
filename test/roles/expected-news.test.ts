import { mock } from 'node:test'
import test from 'ava'
import { ExpectedNews } from '../../src/roles/expected-news.ts'

mock.timers.enable({ apis: ['setTimeout'] })

function asked() {
  const seen = { times: 0 }
  const news = new ExpectedNews(() => {
    seen.times += 1
  })
  return { news, seen }
}

test.serial('an answer without the expected news is followed by three more requests', (t) => {
  const { news, seen } = asked()
  news.expect()
  for (const [delay, times] of [
    [1_000, 1],
    [5_000, 2],
    [20_000, 3],
    [1_000_000, 3],
  ] as const) {
    news.noteAnswer(false)
    mock.timers.tick(delay - 1)
    t.is(seen.times, times - (delay === 1_000_000 ? 0 : 1))
    mock.timers.tick(1)
    t.is(seen.times, times)
  }
})

test.serial('news end it, and where none are expected nothing is asked', (t) => {
  const { news, seen } = asked()
  news.noteAnswer(false)
  mock.timers.tick(100_000)
  t.is(seen.times, 0)
  news.expect()
  news.noteAnswer(false)
  news.noteAnswer(true)
  news.noteAnswer(false)
  mock.timers.tick(100_000)
  t.is(seen.times, 0)
})

test.serial('nothing is asked once it has ended', (t) => {
  const { news, seen } = asked()
  news.expect()
  news.noteAnswer(false)
  news[Symbol.dispose]()
  news.noteAnswer(false)
  mock.timers.tick(100_000)
  t.is(seen.times, 0)
})
