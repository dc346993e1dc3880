import test from 'ava'
import type { Resource } from '../../../src/model/schema.ts'
import { GoneKinds } from '../../../src/stages/live/gone-kinds.ts'

const widgets: Resource = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  verbs: [],
}

/** The delays after each of so many times that the kind went as soon as it was watched. */
function delays(gone: GoneKinds, times: number): readonly number[] {
  let now = 0
  return Array.from({ length: times }, () => {
    gone.note(widgets, now)
    const delay = gone.delay(widgets, now)
    now += delay
    return delay
  })
}

test('a kind that goes whenever it is watched is watched less and less often, up to every five minutes', (t) => {
  const found = delays(new GoneKinds(), 20)
  found.forEach((delay, index) => {
    const longest = Math.min(300_000, 500 * 2 ** index)
    t.true(delay >= longest / 2 && delay <= longest, `${delay} ms after ${index + 1} times`)
  })
})

test('a kind that never went, that has waited, or of another version is watched at once', (t) => {
  const gone = new GoneKinds()
  t.is(gone.delay(widgets, 0), 0)
  gone.note(widgets, 0)
  t.is(gone.delay(widgets, 1_000), 0)
  t.is(gone.delay({ ...widgets, version: 'v2' }, 0), 0)
})

test('a kind that was there for long begins anew', (t) => {
  const gone = new GoneKinds()
  delays(gone, 10)
  gone.note(widgets, 10_000_000)
  t.true(gone.delay(widgets, 10_000_000) <= 500)
})
