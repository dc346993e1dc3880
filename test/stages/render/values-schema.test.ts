import { type Schema, Validator } from '@cfworker/json-schema'
import test from 'ava'
import fc from 'fast-check'
import { type JsonObject, type JsonValue, writeJson } from '../../../src/model/json.ts'
import { Secrets } from '../../../src/model/secrets.ts'
import type { Template } from '../../../src/model/template.ts'
import { type CheckValues, valuesSchema } from '../../../src/stages/render/manifests/values-schema.ts'

const LOCATION = { file: 'acme/installation.yaml', line: 7 }
const RELEASE = { placeOf: () => LOCATION }
/** Milliseconds of the processor: what was never answered before, or after minutes. */
const BOUND = 5_000

function checkerOf(text: string): CheckValues {
  const files = new Map([['web/values.schema.json', new TextEncoder().encode(text)]])
  const reference = { path: 'web' }
  const place = { reference, directory: 'web', root: '', valuesFiles: new Set<string>() }
  const template: Template = { kind: 'manifests', ...place, digest: text, files, faults: [] }
  return valuesSchema(template)
}

function check(schema: unknown, values: JsonObject) {
  return checkerOf(JSON.stringify(schema, undefined, 2))(values, RELEASE)
}

const doubling = (last: unknown) => ({
  $ref: '#/definitions/d0',
  definitions: Object.fromEntries([
    ...Array.from({ length: 30 }, (_, n) => [
      `d${n}`,
      { allOf: [{ $ref: `#/definitions/d${n + 1}` }, { $ref: `#/definitions/d${n + 1}` }] },
    ]),
    ['d30', last],
  ]),
})
const nested = (depth: number, open: string, middle: string, close: string) =>
  open.repeat(depth) + middle + close.repeat(depth)
const text = (length: number) => `${'a'.repeat(length)}!`
const ofText = (schema: object) => ({ properties: { text: schema } })
const many = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, n) => make(n))

type Hostile = readonly [
  what: string,
  schema: unknown,
  values: JsonObject,
  /** The line where that is certain: what takes too long is blamed on the part that it ran out at. */
  found: 'fits' | 'bad-value' | { readonly line?: number; readonly words: RegExp },
]

const HOSTILE: readonly Hostile[] = [
  ['a quantifier in a quantifier', ofText({ pattern: '^(a+)+$' }), { text: text(50_000) }, 'bad-value'],
  ['alternatives that overlap', ofText({ pattern: '^(a|a|aa)*$' }), { text: text(50_000) }, 'bad-value'],
  ['quantifiers in a row', ofText({ pattern: `^${'a*'.repeat(40)}$` }), { text: text(5_000) }, 'bad-value'],
  ['a pattern that matches', ofText({ pattern: '^(\\w+\\s?)*!$' }), { text: text(50_000) }, 'fits'],
  ['names', { patternProperties: { '^(a+)+$': false } }, { [text(50_000)]: 1 }, 'fits'],
  ['names by propertyNames', { propertyNames: { pattern: '^(a+)+$' } }, { [text(9_000)]: 1 }, 'bad-value'],
  ['a backreference', ofText({ pattern: '^(a+)\\1+$' }), { text: text(50) }, { line: 4, words: /RE2/ }],
  ['a lookahead', ofText({ pattern: '^(?=(a+)+$)' }), { text: text(50) }, { line: 4, words: /RE2/ }],
  ['a broken pattern', ofText({ pattern: '(' }), {}, { line: 4, words: /RE2/ }],
  ['a pattern of 1 MB', ofText({ pattern: 'a'.repeat(2 ** 20) }), {}, { line: 4, words: /too large/ }],
  ['repeated repetitions', ofText({ pattern: '((a{99}){9}){9}' }), {}, { line: 4, words: /RE2|large/ }],
  [
    'long repetitions',
    ofText({ pattern: '(.{0,1000}b{1000}){1}'.repeat(99) }),
    {},
    { line: 4, words: /large/ },
  ],
  [
    'many patterns',
    { allOf: many(9_000, (n) => ofText({ pattern: `x{${n % 1000}}y${n}` })) },
    {},
    { words: /too large/ },
  ],
  [
    'a pattern and a text that are both large',
    ofText({ pattern: '(\\w|a)*b(\\w|a|b){900}c' }),
    { text: text(2 ** 20) },
    { words: /too much work/ },
  ],
  ['references that double, and fit', doubling({}), {}, { words: /too much work/ }],
  ['references that double, and do not fit', doubling({ type: 'string' }), {}, { words: /too much work/ }],
  [
    'anyOf in anyOf',
    nested(28, '{"anyOf":[{"$ref":"#"},{"type":"string"},', '{"type":"null"}', ']}'),
    {},
    { words: /endlessly|too much work/ },
  ],
  ['oneOf with many branches', { oneOf: many(20_000, () => ({ minProperties: 1 })) }, {}, 'bad-value'],
  [
    'many branches for many items',
    ofText({ items: { anyOf: many(1_000, (n) => ({ const: n })) } }),
    { text: many(10_000, () => 'x') },
    { words: /too much work/ },
  ],
  ['a reference to itself', { $ref: '#' }, {}, { words: /endlessly/ }],
  [
    'references in a circle',
    {
      $ref: '#/definitions/a',
      definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } },
    },
    {},
    { words: /endlessly/ },
  ],
  [
    'a reference elsewhere',
    { $ref: 'https://example.com/x.json' },
    {},
    { line: 2, words: /fetches no other schemas/ },
  ],
  [
    'a reference to a file',
    { $ref: 'file:///etc/passwd' },
    {},
    { line: 2, words: /fetches no other schemas/ },
  ],
  ['a reference to nothing', { $ref: '#/definitions/x' }, {}, { line: 2, words: /is not in the schema/ }],
  ['nesting', nested(10_000, '{"not":', 'true', '}'), {}, { line: 1, words: /nests too deeply/ }],
  ['nesting in a list', nested(100_000, '[', '', ']'), {}, { line: 1, words: /./ }],
  ['nesting in an enum', `{"enum":[${nested(10_000, '[', '', ']')}]}`, {}, 'bad-value'],
  ['unique items', ofText({ uniqueItems: true }), { text: many(30_000, (n) => ({ n, list: [n] })) }, 'fits'],
  ['many unique items', ofText({ uniqueItems: true }), { text: many(50_000, (n) => n) }, 'fits'],
  [
    'long values in an enum',
    ofText({ items: { enum: many(1_000, (n) => [...many(100, () => 0), n]) } }),
    { text: many(1_000, () => [...many(100, () => 0), -1]) },
    { words: /too much work/ },
  ],
  ['a format', ofText({ format: 'url' }), { text: `http://${text(2_000)}` }, 'fits'],
  [
    'a format that is a pattern',
    ofText({ format: 'regex' }),
    { text: `(${'a{1000}'.repeat(999)}` },
    'bad-value',
  ],
  ['an e-mail address', ofText({ format: 'email' }), { text: `${'a.'.repeat(2 ** 19)}@` }, 'bad-value'],
  ['no JSON', '{"type":', {}, { line: 1, words: /JSON/ }],
  ['no schema', '"text"', {}, { line: 1, words: /a schema must be/ }],
  ['a keyword that is none', { required: 'name' }, {}, { line: 2, words: /required/ }],
]

for (const [what, schema, values, expected] of HOSTILE)
  test(`a schema is answered for within bounds: ${what}`, (t) => {
    const start = process.threadCpuUsage()
    const source = typeof schema === 'string' ? schema : JSON.stringify(schema, undefined, 2)
    const faults = checkerOf(source)(values, RELEASE)
    t.true(process.threadCpuUsage(start).user / 1_000 < BOUND)
    t.true(JSON.stringify(faults).length < 100_000)
    if (expected === 'fits') t.deepEqual(faults, [])
    else if (expected === 'bad-value') {
      t.true(faults.length > 0)
      for (const { code, location } of faults)
        t.deepEqual({ code, location }, { code: 'bad-value', location: LOCATION })
    } else {
      t.is(faults.length, 1)
      t.is(faults[0]?.code, 'bad-schema')
      t.is(faults[0]?.location?.file, 'web/values.schema.json')
      if (expected.line !== undefined) t.is(faults[0]?.location?.line, expected.line, faults[0]?.message)
      t.regex(faults[0]?.message ?? '', expected.words)
    }
  })

test('a schema that was too much work for some values is evaluated for others', (t) => {
  const evaluate = checkerOf(JSON.stringify(ofText({ pattern: '(\\w|a)*b(\\w|a|b){900}c' })))
  t.is(evaluate({ text: text(2 ** 20) }, RELEASE)[0]?.code, 'bad-schema')
  t.deepEqual(evaluate({ text: `b${'a'.repeat(900)}c` }, RELEASE), [])
})

test('a schema that is too much work for one after the other is given up', (t) => {
  const evaluate = checkerOf(JSON.stringify(doubling({})))
  const start = process.threadCpuUsage()
  for (const n of many(1_000, (index) => index)) t.is(evaluate({ n }, RELEASE)[0]?.code, 'bad-schema')
  t.true(process.threadCpuUsage(start).user / 1_000 < BOUND)
})

const PARTS: readonly object[] = [
  { type: 'object' },
  { type: ['integer', 'null'] },
  { type: 'string', minLength: 1, maxLength: 3 },
  { pattern: '^[a-c]+$' },
  { pattern: '\\u00e4|\\d{2,}' },
  { enum: [1, 'a', null, [1], { a: 1 }] },
  { const: { a: 1 } },
  { not: { type: 'array' } },
  { minimum: 1, exclusiveMaximum: 3, multipleOf: 0.5 },
  { minItems: 1, maxItems: 2, uniqueItems: true },
  { items: [{ type: 'integer' }, { type: 'string' }], additionalItems: false },
  { contains: { const: 1 } },
  { required: ['a'], minProperties: 1, maxProperties: 2 },
  { properties: { a: { type: 'integer' }, b: { type: 'string' } }, additionalProperties: false },
  { patternProperties: { '^a': { type: 'integer' } }, additionalProperties: { type: 'string' } },
  { propertyNames: { maxLength: 1 } },
  { dependencies: { a: ['b'], b: { required: ['c'] } } },
  { dependentRequired: { a: ['c'] }, dependentSchemas: { b: { minProperties: 2 } } },
  { $ref: '#/definitions/named', type: 'string' },
  { $ref: '#anchored' },
  { format: 'ipv4' },
  { format: 'date-time' },
  { format: 'unheard-of' },
  { properties: { a: true }, unevaluatedProperties: false },
  { properties: { a: { $ref: '#' } } },
]
const DEFINITIONS = {
  named: { properties: { a: { type: 'integer' } } },
  anchor: { $id: '#anchored', maxProperties: 1 },
}

/** As a key of its own it would make a promise of the object. */
const THEN = 'then'

const part = fc.constantFrom(...PARTS)
const node: fc.Arbitrary<object> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    part,
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => ({ if: a, [THEN]: b, else: c })),
    fc.tuple(tie('node'), part).map(([a, b]) => ({ ...b, properties: { b: a } })),
    tie('node').map((items) => ({ items })),
  ),
})).node as fc.Arbitrary<object>
const scalar = fc.constantFrom<JsonValue>(
  null,
  true,
  0,
  1,
  2.5,
  17,
  '',
  'a',
  'abc',
  'ä',
  '42',
  '10.0.0.1',
  '2024-01-02T03:04:05Z',
)
const value: fc.Arbitrary<JsonValue> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'ab'), tie('value'), { maxKeys: 3 }),
  ),
})).value as fc.Arbitrary<JsonValue>

test('values fit a schema where they do by the library that is not bounded', (t) => {
  const property = fc.property(
    node,
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'ab'), value),
    (made, values) => {
      const schema = { ...made, definitions: DEFINITIONS }
      const theirs = new Validator(structuredClone(schema) as Schema, '7', false).validate(values)
      const ours = check(schema, values as JsonObject)
      t.false(ours.some(({ code }) => code === 'bad-schema'))
      return theirs.valid === (ours.length === 0)
    },
  )
  t.notThrows(() => fc.assert(property, { numRuns: 2_000 }))
})

test('a secret value that does not fit is not shown, however short it is', (t) => {
  const schema = { properties: { pin: { maximum: 1 }, key: { enum: ['a'] } } }
  const secrets = new Secrets(['12', 'hunter2'])
  const faults = checkerOf(JSON.stringify(schema))({ pin: 12, key: 'hunter2' }, { ...RELEASE, secrets })
  t.deepEqual(
    faults.map(({ message }) => message.replace(/^.*?: /, '')),
    ['values.pin is (secret); expected at most 1', 'values.key is (secret); expected one of ["a"]'],
  )
})

test('the beginning of a long secret is not shown', (t) => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBg\n'.repeat(100)}`
  const secrets = new Secrets([pem, 'hunter2'])
  const values = {
    tls: pem,
    list: ['a', pem],
    mapping: {
      user: 'ann',
      url: `https://ann:${'x'.repeat(300)}hunter2@db`,
      [`${'y'.repeat(250)}hunter2`]: 1,
    },
  }
  const properties = { tls: { type: 'integer' }, list: { type: 'integer' }, mapping: { type: 'integer' } }
  const faults = checkerOf(JSON.stringify({ properties }))(values, { ...RELEASE, secrets })
  t.deepEqual(
    faults.map(({ message }) => message.replace(/^.*? is (.*);.*$/s, '$1')),
    ['(secret)', '["a",(secret)]', '{"user":"ann","url":(secret),(secret):1}'],
  )
})

test('what does not fit is told by the path of the value', (t) => {
  const schema = {
    properties: { web: { properties: { replicas: { type: 'integer' } }, additionalProperties: false } },
    required: ['name'],
  }
  const messages = check(schema, { web: { replicas: 'two', image: 'x' } }).map(({ message }) => message)
  t.deepEqual(messages, [
    'a value that the template does not accept: values.name is missing',
    'a value that the template does not accept: values.web.replicas is "two"; expected an integer',
    'a value that the template does not accept: values.web.image is not among the values of the template',
  ])
})

test('a long integer is checked by all its digits', (t) => {
  const long = 9223372036854775807n
  const fits = (schema: object, n: JsonValue) =>
    checkerOf(writeJson({ properties: { n: schema } }))({ n }, RELEASE).length === 0
  for (const type of ['integer', 'number']) t.true(fits({ type }, long))
  t.false(fits({ type: 'string' }, long))
  t.true(fits({ maximum: long, minimum: long, enum: [long], const: long }, long))
  t.false(fits({ maximum: 9223372036854775806n }, long))
  t.false(fits({ exclusiveMaximum: long }, long))
  t.false(fits({ minimum: long }, 9223372036854775000))
  t.true(fits({ minimum: 0, exclusiveMinimum: 9223372036854775000 }, long))
  t.false(fits({ const: 9223372036854775806n }, long))
  t.true(fits({ multipleOf: 7 }, long))
  t.false(fits({ multipleOf: 2 }, long))
  t.false(fits({ multipleOf: long }, 5))
  t.true(fits({ type: 'array', uniqueItems: true, maxItems: long }, [long, 9223372036854775806n]))
  t.false(fits({ uniqueItems: true }, [long, long]))
  const [found] = checkerOf('{"properties":{"n":{"maximum":9007199254740993}}}')({ n: long }, RELEASE)
  t.regex(found?.message ?? '', /values\.n is 9223372036854775807; expected at most 9007199254740993$/)
})
