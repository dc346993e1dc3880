import test from 'ava'
import { type JsonObject, readJson, writeJson } from '../../../../src/model/json.ts'
import { type Finished, run } from '../../../../src/sandbox/child.ts'
import { findPrograms } from '../../../../src/sandbox/control-plane-binary.ts'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'

/** What kubectl reads from a file, without a server: it prints the objects with one label more. */
async function kubectlRead(text: string): Promise<Finished> {
  const { kubectl } = await findPrograms()
  return run(kubectl, ['label', '--local', '-f', '-', '-o', 'json', 'read=back'], { input: text })
}

function objectsIn(stdout: string): readonly JsonObject[] {
  return readJson(`[${stdout.replaceAll(/^\}\n\{/gm, '},\n{')}]`) as readonly JsonObject[]
}

function document(fields: string, name: string): string {
  return `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: ${name}}\n${fields}\n`
}

function fieldsOf(object: unknown): unknown {
  const { metadata, ...fields } = readJson(writeJson(object)) as JsonObject
  return fields
}

/** Fields of an object, which Reeve and kubectl have to read alike. */
const alike: readonly string[] = [
  // integers
  'a: [0, 00, 007, 0644, -0644, +0644, 0999, 08, -0, +12]',
  'a: [0o14, 0O14, -0o7, 0o8, 0o, 0b11, 0B11, -0b11, +0b1, 0b2, 0b]',
  'a: [0x1F, 0X1f, -0x1f, 0xg, 0x, 0x1.8, 0x1p-2]',
  'a: [1_000, 1_, _1, 1__0, 0_7, 0x_1f, 0b_1, 1_0.5, -_]',
  'a: [9007199254740991, -9007199254740991, 0x1FFFFFFFFFFFFF]',
  'a: [9007199254740993, -9007199254740993, 0x20000000000001, 9_007_199_254_740_993, 9007199254740992]',
  'a: [9223372036854775807, -9223372036854775808, 9223372036854775000]',
  'a: [!!int 9007199254740993, !!int "9007199254740993", 100000000000000000000, 1e18]',
  'a: 0xFFFFFFFFFFFFFFFFF',
  `a: 0b${'1'.repeat(65)}`,
  // floats
  'a: [1.5, -1.5, 1., 1.e3, .5, -.5, +.5, .5e3, 0.0, 1.0, 1.50, 07.5]',
  'a: [1e3, 1E+3, 12e03, 1e-3, 1e, e3, 1e21, 1e-7, 1e400, .1e999, 1e-400]',
  'a: [._5, .5_0, .5_, 5.0_0, ., .., +, 1e1_0]',
  'a: 123456789012345680000.0',
  // words
  'a: [y, Y, yes, Yes, YES, yEs, on, On, ON, oN, true, True, TRUE, tRUE]',
  'a: [n, N, no, No, NO, nO, off, Off, OFF, oFF, false, False, FALSE]',
  'a: [~, null, Null, NULL, nULL, "", none]',
  'a:\nb: ~\nc: ""',
  'a: [inf, Inf, nan, NaN, Infinity, +inf]',
  'a: [=, <<, "<<"]',
  // what YAML 1.1 has and go-yaml leaves as text
  'a: [1:30, 190:20:30, 1:30.5]',
  'a: [2001-12-14, 2001-12-14t21:59:43.10-05:00, 2001-1-1 1:1:1]',
  // tags
  'a: [!!str 12, !!str yes, !!str ~, !!str "", !!str 2001-12-14]',
  'a: !!str\nb: !foo\nc: !!null',
  'a: [!!int 3, !!int "3", !!int 0x1F, !!int 1_0, !!float 3, !!float "1e3", !!float .5, !!float 0644]',
  'a: [!!bool "yes", !!bool y, !!null "", !!null ~, !!timestamp 2001-12-14]',
  'a: [!!binary aGVsbG8=, !!binary "", !foo 12, !foo yes, ! 12, !!foo 1]',
  'a: !<tag:yaml.org,2002:int> "3"\nb: !<tag:yaml.org,2002:str> 3\nc: !<!x> 3',
  'a: !!binary |\n  aGVs\n  bG8=',
  'a: !!set {x, y}\nb: !!omap [x: 1]\nc: !!str {x: 1}\nd: !!null {x: 1}\ne: !foo [1]',
  // keys
  '1: a\n0x10: b\n010: c\n1_0_0: d\n+7: e\n9007199254740993: f',
  'true: a\nno: b',
  '2.50: a\n1.0: b\n1e3: c\n1e6: d\n.5: e\n1234567.5: f\n0.00001: g\n16777217.0: h',
  '2001-12-14: a\n1:30: b\n"1": c\n-x: d\na b: e',
  '!!str 1: a\n!!int "2": b\n!!float 3: c\n!foo 4: d\n!!binary aGk=: e',
  '? a\n: b\n? c\n',
  // anchors, aliases and merge keys
  'a: &x [1, {b: 2}]\nc: *x\nd: [*x, *x]',
  'a: &x 1\nb: &x 2\nc: *x',
  'a: &x {b: &x 1, c: *x}\nd: *x',
  '&k key: 1\nother: *k',
  'a: &x\nb: *x',
  'a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}',
  'a: &x {p: 1, q: 2}\nb:\n  q: 3\n  <<: *x',
  'a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {<<: [*x, *y]}\nd: {<<: [*y, *x], p: 4}',
  'a: {<<: {p: 1, n: {x: 1}}, n: {y: 2}}',
  'a: {<<: {p: 1}, <<: {q: 2}}',
  'a: {<<: {<<: {p: 1}, q: 2}}\nb: {!!merge <<: {p: 1}}\nc: {"<<": {p: 1}}',
  // scalars over several lines
  'a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\nc: |+\n  x\n\nd: 1',
  'a: >\n  x\n  y\n\n  z\n    w\n  v\nb: >-\n  x\nc: >+\n  x\n\nd: 1',
  'a: |2\n    x\nb: |1-\n  y\nc: | # comment\n  x',
  'a: |\n\n  x\nb: |\nc: 1',
  'a: x\n  y\n\n  z # comment\nb: "x\n  y\n\n  z"\nc: \'x\n  y\'\nd: "x\\\n  y"',
  "a: \"\\x41\\u00e9\\U0001F600\\n\\t\\e\\_\\N\\L\\P\\a\\0\"\nb: 'it''s'",
  'a: |\n  #!/bin/sh\n  echo "x: y" # no comment',
  // collections
  'a: [1, 2, ]\nb: {x: 1, y, }\nc: [x: 1, y: 2]\nd: {? p, ? q : 1}\ne: []\nf: {}',
  'a: [http://x.y/z, a:b, x#y]\nb: {u: http://x.y/z, v: 1}',
  'a:\n- 1\n- - 2\n  - 3\n-\n  x: 1\n- y: 2\n  z: 3\n-',
  'a: {"x":1,"y":[true,null]}\nb: {x: }',
  'a: [\n  1,\n  2\n]\nb: {\n  x: 1\n}\nc:\n  - [\n    1 # comment ]\n  ]\nd: 1',
  'a:\n  b: [{\n"x": "]",\n\'y\': [\n1]\n},\n{ z: it\'s }\n]\n  c: 1',
  'a: {\n# c ]\nb: 1 # }\n}\nc:\n  b: [{\nx: 1\n} # c ]\n,\n[1]]\n  c: 1',
  'a:\t1\nb: x\ty\nc: 1 \t # comment',
  '"a": 1\n\'b\': 2\nc : 3\n"d" : 4',
  'a: a:b\nb: a #b\nc: a#b\nd: -a\ne: ?a\nf: :a\ng: a, b\nh: "#"',
  'a: \u00e9\ud83d\ude00\nb: "\u00a0"',
  '# comment\n\na: 1\n   # comment\nb: 2\n...',
]

test('what kubectl reads, Reeve reads the same', async (t) => {
  const documents = alike.map((fields, index) => document(fields, `n${index}`))
  const { stdout } = await kubectlRead(documents.join('---\n'))
  const theirs = objectsIn(stdout)
  t.is(theirs.length, alike.length)
  const ours = parseYaml(documents.join('---\n'), 'f.yaml')
  for (const [index, fields] of alike.entries()) {
    t.deepEqual(ours[index]?.faults, [], fields)
    t.deepEqual(fieldsOf(ours[index]?.value), fieldsOf(theirs[index]), fields)
  }
})

/** Whole files, for how they are cut into documents. */
const files: readonly string[] = [
  `---\n${document('a: 1', 'first')}--- # comment\n${document('a: 2', 'second')}---\n---   \n# nothing\n`,
  `\ufeff${document('a: 1', 'first')}`,
  `\ufeff---\n${document('a: 1', 'first')}---\n\ufeff${document('a: 2', 'second')}`,
  `${document('a: |\n  x\n  y', 'first').replaceAll('\n', '\r\n')}---\r\n${document('b: 1', 'second')}`,
  document('a: |\n  x\n  y', 'first').trimEnd(),
  `${document('a: 1', 'first')}...\n---\n${document('a: 2', 'second')}`,
  '{"apiVersion":"v1","kind":"X","metadata":{"name":"x"},"a":"\\ud83d\\ude00\\/","b":1.0,"c":1e3}',
  '{\n\t"apiVersion": "v1",\n\t"kind": "X", "metadata": {"name": "x"},\n\t"a": "}{"\n}\n\n{"apiVersion": "v1", "kind": "Y", "metadata": {"name": "second"}}\n',
  '{apiVersion: v1, kind: X, metadata: {name: x}, a: 0644}\n',
]

test('files are cut into documents as kubectl cuts them', async (t) => {
  for (const file of files) {
    const { stdout } = await kubectlRead(file)
    const ours = parseYaml(file, 'f.yaml')
    t.deepEqual(
      ours.flatMap(({ faults }) => faults),
      [],
      file,
    )
    t.deepEqual(
      ours.map(({ value }) => fieldsOf(value)),
      objectsIn(stdout).map(fieldsOf),
      file,
    )
  }
})

/** What kubectl refuses has to be a fault. */
const refused: readonly string[] = [
  'a: .inf',
  'a: [-.Inf, .NaN]',
  'a: !!int 3.5',
  'a: !!int x',
  'a: !!bool 1',
  'a: !!null x',
  'a: !!float x',
  'a: !!binary x',
  'a: !!timestamp x',
  '~: 1',
  '[x]: 1',
  '{x: 1}: 1',
  'a: *nowhere',
  'a: &x [*x]',
  'a: {<<: 1}',
  'a: [&x [{p: 1}], {<<: *x}]',
  'a: "x',
  'a: [1',
  'a: b: c',
  'a:\n\tb: 1',
  'a: 1\n b: 2',
  'a: @x',
  'a: "\\q"',
  'a: "\\ud83d"',
  'a: \u0007',
  'a: x\u2028y',
  'a: 1\n--- b: 2',
]

test('what kubectl refuses is a fault', async (t) => {
  for (const fields of refused) {
    const text = document(fields, 'first')
    const { code: exit } = await kubectlRead(text)
    t.is(exit, 1, fields)
    const [found] = parseYaml(text, 'f.yaml').flatMap(({ faults }) => faults)
    t.is(found?.location?.file, 'f.yaml', fields)
  }
})

/** What kubectl takes and Reeve doesn't, each with its fault. */
const stricter = [
  ['a: 1\na: 2', 'yaml-duplicate-key'],
  ['1: a\n"1": b', 'yaml-duplicate-key'],
  ['a: !!binary gIGC', 'yaml-unsupported'],
  ['a: [?b]', 'yaml-unsupported'],
  ['a: {b:}', 'yaml-unsupported'],
  ['.inf: 1', 'yaml-unsupported'],
  ['a: 1\n...\nb: 2', 'yaml-unsupported'],
  ['a: "x\u2028y"', 'yaml-unsupported'],
  ['a: "x\u0085y"', 'yaml-unsupported'],
  ['a: "x"#y', 'yaml-syntax'],
  ['a: "x\ny"', 'yaml-syntax'],
  ['a: [\tx]', 'yaml-syntax'],
  ['constructor: 1', 'forbidden-key'],
] as const

/** Faults whose value is nevertheless that of kubectl: charts render such. */
const duplicates: readonly string[] = [
  'a: 1\na: 2',
  'a: {x: 1, y: {p: 1}}\na: {y: {q: 2}}',
  'a: {b: [{c: 1, c: 2}], b: [{c: 3, d: 4, c: 5}]}',
  'a: 1\n? a\n: 2\n"a": 3',
  '<<: {a: 1, b: 1}\na: 2\na: 3',
  'a: 1\n<<: {a: 2}\na: 3',
  'a: 1\n<<: {a: 2, b: 1}',
  'a: 1\na: 2\n<<: {a: 3}',
  'a: &x {p: 1, p: 2}\nb: {<<: *x, q: 1, q: 2}\nc: *x',
  'a: 1\na:',
]

test('of duplicate keys the last counts, as for kubectl', async (t) => {
  const documents = duplicates.map((fields, index) => document(fields, `n${index}`))
  const { stdout } = await kubectlRead(documents.join('---\n'))
  const theirs = objectsIn(stdout)
  t.is(theirs.length, duplicates.length)
  const ours = parseYaml(documents.join('---\n'), 'f.yaml')
  for (const [index, fields] of duplicates.entries())
    t.deepEqual(fieldsOf(ours[index]?.value), fieldsOf(theirs[index]), fields)
})

test('what Reeve refuses though kubectl takes it is this', async (t) => {
  for (const [fields, code] of stricter) {
    const text = document(fields, 'first')
    const { code: exit } = await kubectlRead(text)
    t.is(exit, 0, fields)
    t.is(parseYaml(text, 'f.yaml')[0]?.faults[0]?.code, code, fields)
  }
})
