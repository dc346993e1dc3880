import test from 'ava'
import fc from 'fast-check'
import { lineOf, locator } from '../../../../src/stages/declare/yaml/line-of.ts'

const text = `# comment
kind: Deployment
spec: &spec
  ports:
  - name: http
    port: 80
  - {name: https,
     port: 443}
  a/b~c: 1
---

kind: List
items:
- kind: A
- spec:
    <<: {x: 1}
    z: 2
---
spec: &s {x: 1}
copy: *s
`

const places: readonly (readonly [document: number, pointer: string, line: number | undefined])[] = [
  [0, '', 2],
  [0, '/kind', 2],
  [0, '/spec', 3],
  [0, '/spec/ports', 4],
  [0, '/spec/ports/0', 5],
  [0, '/spec/ports/0/port', 6],
  [0, '/spec/ports/1', 7],
  [0, '/spec/ports/1/port', 8],
  [0, '/spec/a~1b~0c', 9],
  [0, '/spec/ports/7/name', 4],
  [0, '/metadata/name', 2],
  [1, '', 12],
  [1, '/items/1/spec/z', 17],
  [1, '/items/1/spec/x', 15],
  [2, '/copy/x', 20],
  [3, '', undefined],
]

for (const [document, pointer, line] of places) {
  test(`${pointer || 'the whole'} of document ${document} is on line ${line}`, (t) => {
    t.is(lineOf(text, document, pointer), line)
    t.is(locator(text)(document, pointer), line)
  })
}

test('a document whose syntax is broken has no lines', (t) => {
  t.is(lineOf('a: [\n', 0, '/a'), undefined)
})

test('every field of any JSON document is found on its line', (t) => {
  const keys = fc.stringMatching(/^[a-z~/ "]{1,4}$/)
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constant(1),
      fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(keys, value, { minKeys: 1, maxKeys: 4 }), (object) => {
      const json = JSON.stringify(object, null, 1)
      const lines = json.split('\n')
      const locate = locator(json)
      for (const [pointer, key] of fieldsOf(object)) {
        const line = lines[(locate(0, pointer) ?? 0) - 1]
        if (!line?.trimStart().startsWith(key)) return false
      }
      return true
    }),
  )
  t.pass()
})

/** The pointer of each field below a mapping, and how the field's line begins in JSON. */
function fieldsOf(value: unknown, pointer = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return [[below, `${JSON.stringify(key)}:`], ...fieldsOf(child, below)] as [string, string][]
  })
}
