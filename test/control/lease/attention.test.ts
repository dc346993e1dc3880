import test, { type ExecutionContext } from 'ava'
import { Attention } from '../../../src/control/lease/attention.ts'

const LONG_AGO = 60_000

function attentive(t: ExecutionContext, checkedAt: number): Attention {
  const attention = new Attention()
  t.teardown(() => attention[Symbol.dispose]())
  attention.start()
  attention.checked(checkedAt)
  return attention
}

test('who follows and has no reason to doubt is sure, however long ago the server was asked', (t) => {
  t.true(attentive(t, Date.now() - LONG_AGO).isSure(true))
})

test('who does not follow is sure only for a moment after the server was asked', (t) => {
  t.true(attentive(t, Date.now()).isSure(false))
  t.false(attentive(t, Date.now() - LONG_AGO).isSure(false))
})

test('a doubt lasts until the server was asked after it', (t) => {
  const attention = attentive(t, Date.now() - LONG_AGO)
  attention.doubt()
  t.false(attention.isSure(true))
  attention.checked(Date.now() - LONG_AGO)
  t.false(attention.isSure(true))
  attention.checked(Date.now() + 1)
  t.true(attention.isSure(true))
})

test('a process that did not run for some seconds is not sure, also before any timer fires', (t) => {
  const attention = attentive(t, Date.now() - LONG_AGO)
  t.true(attention.isSure(true))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_200)
  t.false(attention.isSure(true))
})

test('a clock that was put back makes nobody sure', (t) => {
  t.false(attentive(t, Date.now() + LONG_AGO).isSure(false))
})
