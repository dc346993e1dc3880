import test from 'ava'
import { copiedId } from '../../src/model/copy.ts'

const key = (group: string, kind: string, name: string) => ({ group, kind, namespace: 'a', name })

test('objects of copies are the same object without the name of the copy', (t) => {
  const one = copiedId(key('apps', 'Deployment', 'web-0123456789'))
  t.not(one, undefined)
  t.is(copiedId(key('apps', 'Deployment', 'web-abcdef0123')), one)
  t.not(copiedId(key('apps', 'StatefulSet', 'web-abcdef0123')), one)
})

test('other names, and kinds of which there are no copies, are no objects of copies', (t) => {
  t.is(copiedId(key('apps', 'Deployment', 'web')), undefined)
  t.is(copiedId(key('apps', 'Deployment', 'web-01234567')), undefined)
  t.is(copiedId(key('', 'PersistentVolumeClaim', 'data-0123456789')), undefined)
  t.is(copiedId(key('', 'Namespace', 'web-0123456789')), undefined)
})
