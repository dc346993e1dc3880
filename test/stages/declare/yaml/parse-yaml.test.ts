import test from 'ava'
import { writeJson } from '../../../../src/model/json.ts'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'

/** `line: code details` of every fault in the text. */
function faultsOf(text: string): string[] {
  const faults = parseYaml(text, 'f.yaml').flatMap((document) => document.faults)
  return faults.map(({ code, message, location }) => {
    const colon = message.indexOf(': ')
    return `${location?.line}: ${code}${colon < 0 ? '' : ` ${message.slice(colon + 2)}`}`
  })
}

test('a document has the line of its first key, and its index among the documents with content', (t) => {
  const documents = parseYaml('# licence\n\n---\n\na: 1\n---\n# nothing\n---\n- b\n---\n', 'f.yaml')
  t.deepEqual(
    documents.map(({ document, line, value }) => [document, line, JSON.stringify(value)]),
    [
      [0, 5, '{"a":1}'],
      [1, 9, '["b"]'],
    ],
  )
})

for (const text of ['', '\n', '---', '---\n---\n', '# comment', '\ufeff', ' \n\t\n', '--- # x\n']) {
  test(`there is no document in ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(parseYaml(text, 'f.yaml'), [])
  })
}

const findings: readonly (readonly [title: string, text: string, ...faults: string[]])[] = [
  [
    'a key that stands twice is named with both lines',
    'a: 1\nb: 2\na: 3\n',
    '3: yaml-duplicate-key "a", first on line 1',
  ],
  [
    'each further one is a fault of its own, at any depth',
    'x:\n- a: 1\n  a: 2\n  "a": 3\n',
    '3: yaml-duplicate-key "a", first on line 2',
    '4: yaml-duplicate-key "a", first on line 2',
  ],
  [
    'keys that become the same text are the same key',
    '1: a\n0x1: b\n',
    '2: yaml-duplicate-key "1", first on line 1',
  ],
  [
    'a key from above a merge key still stands twice',
    'a: 1\n<<: {b: 1}\nb: 2\na: 3\n',
    '4: yaml-duplicate-key "a", first on line 1',
  ],
  [
    '__proto__ and constructor are refused at any depth',
    'a: {__proto__: {x: 1}}\nb:\n- "constructor": 1\n',
    '1: forbidden-key "__proto__"',
    '3: forbidden-key "constructor"',
  ],
  [
    'an alias has to come after its anchor',
    'a: *x\nb: &x 1\n',
    '1: yaml-syntax an alias without an earlier anchor',
  ],
  [
    'an anchor does not reach into the next document',
    'a: &x 1\n---\nb: *x\n',
    '3: yaml-syntax an alias without an earlier anchor',
  ],
  ['an anchor cannot contain itself', 'a: &x\n- *x\n', '2: yaml-unsupported an anchor that contains itself'],
  [
    'only mappings can be merged',
    'a:\n  <<: [1]\n',
    '2: yaml-unsupported "<<" takes a mapping or a list of mappings',
  ],
  [
    'infinity is no JSON number',
    'a: 1\nb: -.inf\n',
    '2: yaml-unsupported infinity and NaN are not JSON numbers',
  ],
  ['a tag has to fit its value', 'a: 1\nb: !!int x\n', '2: yaml-unsupported the value is not a valid !!int'],
  ['a mapping is no key', '{a: 1}: b\n', '1: yaml-unsupported a key that is null, a list or a mapping'],
  [
    'nothing may follow --- but a comment',
    'a: 1\n--- b: 2\n',
    '2: yaml-unsupported something follows "---" on the same line',
  ],
  [
    'nothing may follow ... but a new document',
    'a: 1\n...\nb: 2\n',
    '2: yaml-unsupported a second document without a "---" line, which kubectl ignores',
  ],
  ['directives are refused', '%TAG !e! tag:x\n', '2: yaml-syntax directives end mark is expected'],
  [
    'half a surrogate pair is no text',
    'a: "\\ud83d"\n',
    '1: yaml-syntax an escape that is not a Unicode character',
  ],
  [
    'a syntax error ends its own document, and the others are read on',
    'a: 1\na: 2\n---\nb: "\n---\nc: d: e\n---\nf: {}\nf: 1\n',
    '2: yaml-duplicate-key "a", first on line 1',
    '4: yaml-syntax a quote that is not closed',
    '6: yaml-syntax a value with ": " in it: quote it',
    '9: yaml-duplicate-key "f", first on line 8',
  ],
  [
    'JSON objects in a row are documents of their own',
    '{"a": 1}\n{"b": 1,\n"b": 2}',
    '3: yaml-duplicate-key "b", first on line 2',
  ],
  ['what only looks like JSON objects in a row is not cut', "{a: '}{'}"],
  [
    'Windows line ends count as one line',
    'a: 1\r\n---\r\n\r\nb: 1\r\nb: 2\r\n',
    '5: yaml-duplicate-key "b", first on line 4',
  ],
]

for (const [title, text, ...faults] of findings) {
  test(title, (t) => t.deepEqual(faultsOf(text), faults))
}

test('what can be read is read even where something else is wrong', (t) => {
  const [document] = parseYaml('a: 1\nb: *x\na: 2\nc: d\n', 'f.yaml')
  t.is(JSON.stringify(document?.value), '{"a":2,"b":{},"c":"d"}')
})

test('a message quotes no value, though a password without quotes may look like a tag or an alias', (t) => {
  const texts = [
    'a: !hunter2^',
    'a: *hunter2',
    'a: &hunter2',
    'a: !!int hunter2',
    'a: !h2!hunter2',
    'a: @hunter2',
    'a: "\\hunter2"',
  ]
  t.notRegex(texts.flatMap(faultsOf).join('\n'), /hunter2/)
})

const levels = (count: number, next: (below: string) => string) =>
  Array.from({ length: count }, (_, level) => `a${level + 1}: &a${level + 1} ${next(`*a${level}`)}`).join(
    '\n',
  )

const bombs: readonly (readonly [shape: string, text: string])[] = [
  ['lists of lists', `a0: &a0 [x, x]\n${levels(60, (below) => `[${`${below}, `.repeat(9)}]`)}`],
  ['mappings of mappings', `a0: &a0 {x: 1}\n${levels(200, (below) => `{l: ${below}, r: ${below}}`)}`],
  ['one long text many times', `a: &a ${'x'.repeat(100_000)}\nb: [${'*a, '.repeat(10_000)}]`],
  [
    'merge keys',
    `a0: &a0 {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`)}}\n${levels(9000, () => '{<<: *a0}')}`,
  ],
  [
    'lists of merge keys',
    `a: &a {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`)}}\nb: {<<: [${'*a, '.repeat(9000)}]}`,
  ],
]

for (const [shape, text] of bombs) {
  test(`an alias bomb of ${shape} is one fault`, (t) => {
    t.deepEqual(
      parseYaml(text, 'f.yaml').flatMap(({ faults }) => faults.map(({ code }) => code)),
      ['yaml-too-many-aliases'],
    )
  })
}

test('aliases within reason are no bomb', (t) => {
  const text = `a: &a {${Array.from({ length: 100 }, (_, key) => `k${key}: v`)}}\nb: [${'*a, '.repeat(1000)}]`
  t.deepEqual(faultsOf(text), [])
})

for (const [shape, text] of [
  ['brackets', `a: ${'['.repeat(50_000)}`],
  ['dashes', '- '.repeat(50_000)],
  ['JSON', '{"a":'.repeat(50_000)],
  ['aliases', `a0: &a0 [x]\n${levels(300, (below) => `[${below}]`)}`],
] as const) {
  test(`too deep a nest of ${shape} is a fault`, (t) => {
    t.regex(faultsOf(text)[0] ?? '', /yaml-unsupported nested deeper than 256 levels$/)
  })
}

test('no more than a hundred faults of a document are reported', (t) => {
  t.is(faultsOf('a: 1\n'.repeat(10_000)).length, 100)
})

test('mappings have no prototype', (t) => {
  const [document] = parseYaml('a: {b: {}}\n<<: {c: 1}\n', 'f.yaml')
  const top = document?.value as { a: { b: object } }
  for (const object of [top, top.a, top.a.b]) t.is(Object.getPrototypeOf(object), null)
})

test('integers are exact, those that kubectl rounds included', (t) => {
  const exact = (text: string) => parseYaml(`a: ${text}`, 'f.yaml').map(({ value }) => writeJson(value))
  for (const text of [
    '9007199254740993',
    '18446744073709551615',
    '-18446744073709551616',
    `1${'0'.repeat(99)}1`,
  ])
    t.deepEqual(exact(text), [`{"a":${text}}`])
  t.deepEqual(exact('+0_0_18446744073709551616'), ['{"a":18446744073709551616}'])
  t.deepEqual(exact('100000000000000000000000'), ['{"a":100000000000000000000000}'])
  t.deepEqual(exact('!!float 9007199254740993'), ['{"a":9007199254740993}'])
  t.deepEqual(exact('1e22'), ['{"a":1e+22}'])
  t.deepEqual(exact('9'.repeat(400)), [`{"a":"${'9'.repeat(400)}"}`], 'a string, as for kubectl')
})

test('keys of long integers are those of kubectl', (t) => {
  const text = '18446744073709551615: a\n18446744073709551616: b\n? &k -9223372036854775809\n: c\n*k : d\n'
  const [document] = parseYaml(text, 'f.yaml')
  t.deepEqual(Object.keys(document?.value ?? {}), ['18446744073709551615', '1.8446744e+19', '-9.223372e+18'])
})
