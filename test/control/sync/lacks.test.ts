import test from 'ava'
import { Lacks } from '../../../src/control/sync/lacks.ts'

test('what an installation lacks counts when it has been looked at, and wakes it also before', (t) => {
  const lacks = new Lacks()
  lacks.begin('shop')
  lacks.note('shop', 'namespace', 'not there yet')
  t.deepEqual(lacks.lacking('namespace'), ['shop'])
  t.is(lacks.first('shop'), undefined)
  lacks.end('shop')
  t.is(lacks.first('shop'), 'namespace')
  t.deepEqual(lacks.lacking('namespace'), ['shop'])
})

test('while it is looked at again, what it lacked before counts still', (t) => {
  const lacks = new Lacks()
  lacks.note('shop', 'namespace', 'not there yet')
  lacks.begin('shop')
  t.is(lacks.first('shop'), 'namespace')
  lacks.end('shop')
  t.is(lacks.first('shop'), undefined)
})

test('of several things the same one is named each time', (t) => {
  const lacks = new Lacks()
  for (const lack of ['b', 'a', 'c']) lacks.note('shop', lack, '')
  t.is(lacks.first('shop'), 'a')
})

test('those are told anew that would be told another reason, and no others', (t) => {
  const lacks = new Lacks()
  lacks.note('shop', 'namespace', 'not there yet')
  lacks.note('mail', 'namespace', 'not there yet: it is suspended')
  t.deepEqual(
    lacks.retold(() => 'not there yet'),
    ['mail'],
  )
  lacks.forget('mail')
  t.deepEqual(
    lacks.retold(() => 'not there yet'),
    [],
  )
})
