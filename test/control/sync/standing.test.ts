import test from 'ava'
import { Standing } from '../../../src/control/sync/standing.ts'
import { fault } from '../../../src/model/fault.ts'
import type { ObjectKey } from '../../../src/model/object.ts'

const key: ObjectKey = { group: '', kind: 'ConfigMap', namespace: 'eu', name: 'a' }
const unchanged = { result: 'unchanged', key } as const
const failed = { result: 'failed', key, fault: fault('rejected', 'no') } as const

test('an installation whose objects are all as declared is done', (t) => {
  const standing = new Standing([])
  standing.note([unchanged], 'source')
  t.true(standing.isDone)
})

test('a failure is new once', (t) => {
  const standing = new Standing([])
  t.is(standing.note([failed], 'source').length, 1)
  t.is(standing.note([failed], 'source').length, 0)
  t.is(standing.failures, 2)
})

test('after a round that came to no end nothing is done, until one looks at everything', (t) => {
  const standing = new Standing([])
  standing.note([unchanged], 'source')
  const broken = fault('internal', 'a bug')
  t.true(standing.noteBroken(broken))
  t.is(standing.broken, broken)
  t.true(standing.isUndone)
  t.is(standing.failures, 1)
  standing.note([unchanged])
  t.false(standing.isDone)
  standing.note([unchanged], 'source')
  t.true(standing.isDone)
  t.is(standing.failures, 0)
})
