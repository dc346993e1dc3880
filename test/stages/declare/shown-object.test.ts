import test from 'ava'
import { shownObject } from '../../../src/stages/declare/documents/shown-object.ts'

test('a document without characters that do not show is itself', (t) => {
  const document = { spec: { values: { lines: 'a\nb\tc', list: ['ü', 1, null], empty: {} } } }
  t.is(shownObject(document), document)
})

test('what does not show is an escape, in texts and keys at any depth', (t) => {
  const document = { spec: { values: { 'k\u0085': [{ a: 'x\u009bfy', b: '\u202e' }], same: 'ü' } } }
  t.deepEqual(JSON.parse(JSON.stringify(shownObject(document))), {
    spec: { values: { 'k\\u0085': [{ a: 'x\\u009bfy', b: '\\u202e' }], same: 'ü' } },
  })
})
