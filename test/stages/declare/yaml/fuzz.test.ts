import test from 'ava'
import fc from 'fast-check'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'

/** Pieces of YAML, so that most texts get past the first characters. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'a',
          'b: ',
          '- ',
          '? ',
          '[',
          ']',
          '{',
          '}',
          ', ',
          '\n',
          '\n  ',
          '\n    ',
          '&x ',
          '*x',
          '!!int ',
          '!t ',
        ],
        ...[
          '|\n',
          '>-\n',
          ' #c',
          '<<: ',
          '"',
          "'",
          '---',
          '\n---\n',
          '...\n',
          '\t',
          '%',
          '@',
          ':',
          '1',
          '0x',
          '.inf',
        ],
        ...[
          '__proto__: ',
          '"__proto__": ',
          'constructor: ',
          'prototype: ',
          '\\',
          '\r',
          '\ufeff',
          '\u2028',
          '~: ',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((words) => words.join(''))

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain)
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return value !== undefined
  return (
    Object.getPrototypeOf(value) === null &&
    Object.entries(value).every(([key, child]) => key !== '__proto__' && isPlain(child))
  )
}

test('any text is read without an exception, as JSON without prototypes', (t) => {
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string({ unit: 'binary' })), (text) => {
      const lines = text.split('\n').length
      return parseYaml(text, 'f.yaml').every(({ value, faults, line }) => {
        const places = [line, ...faults.map(({ location }) => location?.line ?? 0)]
        const isRead = value === undefined ? faults.length > 0 : isPlain(value)
        return isRead && places.every((place) => place >= 1 && place <= lines)
      })
    }),
    { numRuns: 3000 },
  )
  t.is(Reflect.get({}, 'x'), undefined)
  t.deepEqual(Object.keys(Object.prototype), [])
})

test('JSON is read as JSON.parse reads it', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const json = JSON.stringify({ value }, null, indent)
      const [document] = parseYaml(json, 'f.json')
      const codes = new Set(document?.faults.map(({ code }) => code))
      codes.delete('forbidden-key')
      if (codes.size > 0) return false
      if (document?.faults.length !== 0) return true
      return sorted(document.value) === sorted(JSON.parse(json))
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

/** JSON text with the keys in order; null-prototype objects have no text for a comparison. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (!isObject(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
