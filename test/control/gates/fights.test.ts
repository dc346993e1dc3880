import test from 'ava'
import { Fights } from '../../../src/control/gates/fights.ts'
import { fault } from '../../../src/model/fault.ts'
import { idOf } from '../../../src/model/object.ts'

const key = { group: '', kind: 'ConfigMap', namespace: 'eu', name: 'a' }
const id = idOf(key)
const created = { result: 'created', key } as const
const contended = fault('contended', 'another client deletes it')

test('an object that was put back is told as before until it has stayed so for a while', (t) => {
  const fights = new Fights()
  t.true(fights.isNone)
  fights.note(id, contended, 2_000)
  t.is(fights.left(id, 500), 1_500)
  fights.extend(id, 6_000)
  t.is(fights.left(id, 2_000), 4_000)
  t.deepEqual(fights.outcome(id, created), { result: 'failed', key, fault: contended })
  t.is(fights.left(id, 6_000), 0)
  t.is(fights.outcome(id, created), created)
  t.true(fights.isNone)
})

test('an object that nobody fights about is told as it is', (t) => {
  const fights = new Fights()
  fights.extend(id, 6_000)
  t.is(fights.left(id, 0), 0)
  t.is(fights.outcome(id, created), created)
})
