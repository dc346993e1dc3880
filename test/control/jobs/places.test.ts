import test from 'ava'
import { Places } from '../../../src/control/jobs/places.ts'

test('so many have a place at a time; the others are told in turn when one is free', (t) => {
  const told: string[] = []
  const places = new Places((name) => told.push(name))
  t.true(places.take('backup', 'a', 2))
  t.true(places.take('backup', 'b', 2))
  t.true(places.take('backup', 'a', 2), 'it has one already')
  t.false(places.take('backup', 'c', 2))
  t.false(places.take('backup', 'd', 2))
  t.true(places.take('restore', 'c', 1), 'of another operation')
  places.leave('backup', 'a')
  places.leave('backup', 'a')
  t.deepEqual(told, ['c'])
  t.true(places.take('backup', 'c', 2))
  t.false(places.take('backup', 'd', 2))
  places.forget('d')
  places.forget('b')
  t.deepEqual(told, ['c'], 'nobody waits any more')
})
