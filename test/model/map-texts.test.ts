import test from 'ava'
import { mapTexts } from '../../src/model/map-texts.ts'
import { printableLines } from '../../src/model/printable.ts'

test('a document without characters that do not show is itself', (t) => {
  const document = { spec: { values: { lines: 'a\nb\tc', list: ['ü', 1, null], empty: {} } } }
  t.is(mapTexts(document, printableLines), document)
})

test('what does not show is an escape, in texts and keys at any depth', (t) => {
  const document = { spec: { values: { 'k\u0085': [{ a: 'x\u009bfy', b: '\u202e' }], same: 'ü' } } }
  t.deepEqual(JSON.parse(JSON.stringify(mapTexts(document, printableLines))), {
    spec: { values: { 'k\\u0085': [{ a: 'x\\u009bfy', b: '\\u202e' }], same: 'ü' } },
  })
})

test('a mapping keeps its prototype, and no key has a special meaning', (t) => {
  const bare = Object.assign(Object.create(null), JSON.parse('{"__proto__": "a\u0085", "b": "c"}'))
  const changed = mapTexts(bare, printableLines)
  t.is(Object.getPrototypeOf(changed), null)
  t.deepEqual(Object.entries(changed), [
    ['__proto__', 'a\\u0085'],
    ['b', 'c'],
  ])
})
