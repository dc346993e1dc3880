import test from 'ava'
import { SyncState } from '../../../src/control/sync/sync-state.ts'
import { fault } from '../../../src/model/fault.ts'
import type { ObjectKey } from '../../../src/model/object.ts'

const key: ObjectKey = { group: '', kind: 'ConfigMap', namespace: 'eu', name: 'a' }
const unchanged = { result: 'unchanged', key } as const
const failed = { result: 'failed', key, fault: fault('rejected', 'no') } as const

test('an installation whose objects are all as declared is done', (t) => {
  const state = new SyncState()
  state.note([unchanged], 'source')
  t.true(state.isDone)
})

test('a failure is new once', (t) => {
  const state = new SyncState()
  t.is(state.note([failed], 'source').length, 1)
  t.is(state.note([failed], 'source').length, 0)
  t.is(state.failures, 2)
})

test('after a round that came to no end nothing is done, until one looks at everything', (t) => {
  const state = new SyncState()
  state.note([unchanged], 'source')
  const broken = fault('internal', 'a bug')
  t.true(state.noteBroken(broken))
  t.is(state.broken, broken)
  t.true(state.isUndone)
  t.is(state.failures, 1)
  state.note([unchanged])
  t.false(state.isDone)
  state.note([unchanged], 'source')
  t.true(state.isDone)
  t.is(state.failures, 0)
})
