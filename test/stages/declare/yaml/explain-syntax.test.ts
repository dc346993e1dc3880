import test from 'ava'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n'

/** A file, and the first of its faults. */
const FILES: readonly (readonly [string, string])[] = [
  ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n', '1: git-lfs-pointer'],
  ['version https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 12345\r\n', '1: git-lfs-pointer'],
  [`${HEAD}data:\n<<<<<<< HEAD\n  a: '1'\n=======\n  a: '2'\n>>>>>>> branch\n`, '5: merge-conflict'],
  [`<<<<<<< HEAD\n${HEAD}=======\n${HEAD}>>>>>>> branch\n`, '1: merge-conflict'],
  [`<<<<<<< HEAD\r\n${HEAD}=======\r\n>>>>>>> branch\r\n`, '1: merge-conflict'],
  [`${HEAD}---\n${HEAD}>>>>>>> branch\n`, '8: merge-conflict'],
  [`${HEAD}data:\n  a: {{ .Values.a }}\n`, '5: go-template'],
  [`{{- if .Values.x }}\n${HEAD}{{- end }}\n`, '1: go-template'],
  ['kind: X\nmetadata:\n  name: {{ .Release.Name }}-x\n', '3: go-template'],
  [`${HEAD}data:\n  {{- toYaml .Values.a | nindent 2 }}\n`, '5: go-template'],
  [`${HEAD}data:\n  a: @foo\n`, '5: yaml-syntax a value that begins with "@": quote it'],
  [`${HEAD}data:\n  a: %foo\n`, '5: yaml-syntax a value that begins with "%": quote it'],
  [`${HEAD}data:\n  - \`foo\`\n`, '5: yaml-syntax a value that begins with a backtick: quote it'],
  [`${HEAD}data:\n\ta: foo\n`, '5: yaml-syntax a tab in the indentation: YAML takes spaces only'],
  [`${HEAD}data:\n  a: "foo\n  b: x\n`, '5: yaml-syntax a quote that is not closed'],
  [`${HEAD}data:\n  a: 'it''s\nb: x\n`, '5: yaml-syntax a quote that is not closed'],
  ['apiVersion:v1\nkind: ConfigMap\n', '1: yaml-syntax no space after the colon of a key'],
  [`${HEAD}data:\n  a:foo\n  b: x\n`, '5: yaml-syntax no space after the colon of a key'],
  [
    'kind: Pod\nspec:\n  containers:\n  -name: c\n   image: i\n',
    '4: yaml-syntax no space after the "-" of a list element',
  ],
  [`${HEAD}data:\n  a: foo: bar\n`, '5: yaml-syntax a value with ": " in it: quote it'],
  [
    `${HEAD}data:\n  a: "C:\\Users\\foo"\n`,
    '5: yaml-syntax a backslash in double quotes that begins no escape: double it, or use single quotes',
  ],
  [
    'kind: X\nmetadata:\n  name: x\n namespace: y\n',
    '4: yaml-syntax the indentation does not fit that of the lines above',
  ],
  [
    'kind:\u00a0X\nname: x\n',
    '1: yaml-syntax a character that YAML does not treat as a space, such as U+00A0, after a colon',
  ],
  [
    'a:\n  b: x\n \u00a0c: y\n',
    '3: yaml-syntax a character that YAML does not treat as a space, such as U+00A0, in the indentation',
  ],
  [
    'args:\n- localhost:8080\n env: x\n',
    '3: yaml-syntax the indentation does not fit that of the list elements above',
  ],
  [
    'args:\n  - localhost:8080\n env: x\n',
    '3: yaml-syntax the indentation does not fit that of the lines above',
  ],
  ['- name:web\n  image: x\n', '1: yaml-syntax no space after the colon of a key'],
  [`${HEAD}data:\n  a: |\n    {{ .Values.a }}\n  b: 1\n  b: 2\n`, '8: yaml-duplicate-key'],
  [`${HEAD}data:\n  a: {b: {{ .Values.b }}}\n  c: 1\n  c: 2\n`, '5: yaml-unsupported'],
  [
    `${HEAD}data:\n  a: |\n      {{ .Values.a }}\n   b:c\n`,
    '7: yaml-syntax the indentation does not fit that of the lines above',
  ],
  [
    `${HEAD}data:\n  - run: !!str >-\n      {{ .Values.a }}\n      "x\n  - x: @y\n`,
    '8: yaml-syntax a value that begins with "@": quote it',
  ],
  [
    `${HEAD}data:\n  - |2-\n    {{ .Values.a }}\n  - a:b\n    c: d\n`,
    '7: yaml-syntax no space after the colon of a key',
  ],
  [
    `a: |\n${'  {{ .Values.a }}\n'.repeat(5_000)}b: @c\n`,
    '5002: yaml-syntax a value that begins with "@": quote it',
  ],
  [`a: x |\n  {{ .Values.a }}\nb: @c\n`, '2: go-template'],
]

for (const [text, expected] of FILES)
  test(`${JSON.stringify(text).slice(0, 200)} is ${expected}`, (t) => {
    const [fault] = parseYaml(text, 'a.yaml').flatMap(({ faults }) => faults)
    t.truthy(fault)
    const { code, location, message } = fault ?? { code: '', message: '' }
    const details = code === 'yaml-syntax' ? ` ${message.replace('not valid YAML: ', '')}` : ''
    t.is(`${location?.line}: ${code}${details}`, expected)
  })

for (const text of [
  `\ufeff${HEAD}`,
  HEAD.replaceAll('\n', '\r\n'),
  `${HEAD}data:\n  a: C:\\Users\\foo\n`,
  `${HEAD}data:\n  alert: "{{ $labels.instance }} is down"\n`,
  `${HEAD}data:\n  a: |\n    <<<<<<< HEAD\n    {{ .Values.a }}\n    =======\n`,
])
  test(`${JSON.stringify(text)} has no fault`, (t) => {
    t.deepEqual(
      parseYaml(text, 'a.yaml').flatMap(({ faults }) => faults),
      [],
    )
  })

test('a value is not told, which may be secret', (t) => {
  for (const value of ['@hunter2', 'user:hunter2 : x', '"hunter2', '%hunter2']) {
    const faults = parseYaml(`a: x\nb: ${value}\nc:hunter2\n`, 'a.yaml').flatMap(({ faults }) => faults)
    t.false(JSON.stringify(faults).includes('hunter2'), JSON.stringify(faults))
  }
})

test('a long file is explained as quickly as a short one', (t) => {
  const start = performance.now()
  parseYaml(`${'a: {{ x }}\n'.repeat(50_000)}b: [\n`, 'a.yaml')
  t.true(performance.now() - start < 5_000)
})
