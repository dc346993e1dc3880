import test from 'ava'
import { diffLines } from 'diff'
import type { Edit } from '../../../src/stages/edit/edit.ts'
import { editFile } from '../../../src/stages/edit/edit-file.ts'

const PAUSED = ['spec', 'rollout', 'paused']
const SKIP = ['spec', 'rollout', 'skip']
const pause: Edit = { kind: 'set', path: PAUSED, value: true }
const resume: Edit = { kind: 'remove', path: PAUSED }
const skip: Edit = { kind: 'append', path: SKIP, item: 'acme' }
const pin: Edit = { kind: 'set', path: ['spec', 'revision'], value: '1'.repeat(40) }

interface Case {
  readonly title: string
  readonly text: string
  readonly edit: Edit
  /** Lines that differ, as `-` and `+`. */
  readonly lines: readonly string[]
  readonly document?: number
  readonly pointer?: string
  readonly file?: string
}

const cases: readonly Case[] = [
  {
    title: 'a field is added after the last one, and comments stay',
    text: '# top\nkind: G # a\nspec:\n  rollout:\n    # how many\n    maxUnavailable: 3   # at once\n\n  # values\n  values: {a: 1}\n',
    edit: pause,
    lines: ['+    paused: true'],
  },
  {
    title: 'the second of several documents is edited',
    text: '# one\nspec: {rollout: {}}\n---\n# two\nspec:\n  rollout: {} # empty\n--- # three\nspec: {rollout: {}}\n',
    document: 1,
    edit: pause,
    lines: ['-  rollout: {} # empty', '+  rollout: {paused: true} # empty'],
  },
  {
    title: 'line ends of Windows stay',
    text: 'spec:\r\n  rollout:\r\n    maxUnavailable: 3\r\n  version: "1"\r\n',
    edit: pause,
    lines: ['+    paused: true\r'],
  },
  {
    title: 'no line end comes to the end of the file',
    text: 'spec:\n  rollout:\n    maxUnavailable: 3',
    edit: pause,
    lines: ['-    maxUnavailable: 3', '+    maxUnavailable: 3', '+    paused: true'],
  },
  {
    title: 'tabs in comments stay',
    text: 'spec:\n  rollout:\n    maxUnavailable: 3\t# tab\there\n    #\ttab\n  version: "1"\n',
    edit: pause,
    lines: ['+    paused: true'],
  },
  {
    title: 'flow style stays flow style',
    text: 'spec: {version: "1", rollout: { maxUnavailable: 3 }, values: {}} # x\n',
    edit: pause,
    lines: [
      '-spec: {version: "1", rollout: { maxUnavailable: 3 }, values: {}} # x',
      '+spec: {version: "1", rollout: { maxUnavailable: 3, paused: true }, values: {}} # x',
    ],
  },
  {
    title: 'JSON stays JSON, one field a line',
    text: '{\n  "spec": {\n    "rollout": {\n      "maxUnavailable": 3\n    }\n  }\n}\n',
    file: 'group.json',
    edit: pause,
    lines: ['-      "maxUnavailable": 3', '+      "maxUnavailable": 3,', '+      "paused": true'],
  },
  {
    title: 'the second object of a stream of JSON objects is edited',
    text: '{"spec":{"rollout":{}}}{"spec":{"rollout":{}}}',
    file: 'groups.json',
    document: 1,
    edit: pause,
    lines: [
      '-{"spec":{"rollout":{}}}{"spec":{"rollout":{}}}',
      '+{"spec":{"rollout":{}}}{"spec":{"rollout":{"paused": true}}}',
    ],
  },
  {
    title: 'an item of a List is edited',
    text: 'apiVersion: v1\nkind: List\nitems:\n- spec:\n    rollout: {}\n- kind: G\n  spec:\n    rollout:\n      order: ring\n',
    pointer: '/items/1',
    edit: pause,
    lines: ['+      paused: true'],
  },
  {
    title: 'a value that is there is replaced, and its comment stays',
    text: 'spec:\n  rollout:\n    paused:  false   # by Ann\n    order: ring\n',
    edit: pause,
    lines: ['-    paused:  false   # by Ann', '+    paused:  true   # by Ann'],
  },
  {
    title: 'a field is removed with its line',
    text: 'spec:\n  rollout:\n    paused: true # incident\n    # order\n    order: ring\n',
    edit: resume,
    lines: ['-    paused: true # incident'],
  },
  {
    title: 'the last field is removed where the file has no last line end',
    text: 'spec:\n  rollout:\n    order: ring\n    paused: true',
    edit: resume,
    lines: ['-    order: ring', '-    paused: true', '+    order: ring'],
  },
  {
    title: 'the only field leaves an empty mapping',
    text: 'spec:\n  rollout:\n    paused: true\n  version: "1"\n',
    edit: resume,
    lines: ['-  rollout:', '-    paused: true', '+  rollout: {}'],
  },
  {
    title: 'a field of flow style is removed with its comma',
    text: 'spec: {rollout: {paused: true, order: ring}}\n',
    edit: resume,
    lines: ['-spec: {rollout: {paused: true, order: ring}}', '+spec: {rollout: {order: ring}}'],
  },
  {
    title: 'a list is made',
    text: 'spec:\n  rollout:\n    order: ring\n',
    edit: skip,
    lines: ['+    skip:', '+      - acme'],
  },
  {
    title: 'a list gets an element in the indent of the others',
    text: 'spec:\n  rollout:\n    skip:\n    - a # why\n    -  "b"\n    # end\n    order: ring\n',
    edit: skip,
    lines: ['+    -  acme'],
  },
  {
    title: 'a list of flow style gets an element',
    text: 'spec:\n  rollout:\n    skip: [a, "b" ] # x\n',
    edit: skip,
    lines: ['-    skip: [a, "b" ] # x', '+    skip: [a, "b", "acme" ] # x'],
  },
  {
    title: 'an empty list gets its first element',
    text: 'spec:\n  rollout:\n    skip: []\n',
    edit: skip,
    lines: ['-    skip: []', '+    skip: [acme]'],
  },
  {
    title: 'a field without a value gets a list',
    text: 'spec:\n  rollout:\n    skip: # none yet\n    order: ring\n',
    edit: skip,
    lines: ['+      - acme'],
  },
  {
    title: 'an element is removed with its line',
    text: 'spec:\n  rollout:\n    skip:\n    - a # why\n    - b\n',
    edit: { kind: 'drop', path: SKIP, index: 0 },
    lines: ['-    - a # why'],
  },
  {
    title: 'a text that YAML could take for a number is quoted',
    text: 'spec:\n  group: g\n',
    edit: pin,
    lines: [`+  revision: "${'1'.repeat(40)}"`],
  },
  {
    title: 'a document without a spec gets one',
    text: 'kind: Installation\nmetadata: {name: a}\n',
    edit: pin,
    lines: ['+spec:', `+  revision: "${'1'.repeat(40)}"`],
  },
  {
    title: 'a spec without a value is filled',
    text: 'spec:\nkind: Installation\n',
    edit: pin,
    lines: [`+  revision: "${'1'.repeat(40)}"`],
  },
  {
    title: 'what follows a text of several lines does not become a part of it',
    text: 'spec:\n  rollout:\n    order: ring\n  values:\n    text: |+\n      a\n\n\n---\nkind: x\n',
    edit: pin,
    lines: [`+  revision: "${'1'.repeat(40)}"`],
  },
  {
    title: 'a text of several lines at the end of the file stays what it is',
    text: 'spec:\n  group: g\n  values:\n    text: |\n      a',
    edit: pin,
    lines: ['-      a', '+      a', `+  revision: "${'1'.repeat(40)}"`],
  },
  {
    title: 'a merge key is overridden',
    text: 'x: &d {paused: false, order: ring}\nspec:\n  rollout:\n    <<: *d\n',
    edit: pause,
    lines: ['+    paused: true'],
  },
  {
    title: 'a byte order mark stays',
    text: '\uFEFFspec:\n  rollout: {}\n',
    edit: pause,
    lines: ['-  rollout: {}', '+  rollout: {paused: true}'],
  },
  {
    title: 'the indent of the file is that of new lines',
    text: 'metadata:\n    name: a\nspec:\n    group: g\n',
    edit: { kind: 'append', path: ['spec', 'rollout', 'skip'], item: 'a' },
    lines: ['+    rollout:', '+        skip:', '+            - a'],
  },
]

for (const { title, text, edit, lines, document = 0, pointer = '', file = 'a.yaml' } of cases)
  test(title, (t) => {
    const edited = editFile(text, { file, document, pointer }, edit) ?? 'no edit'
    t.deepEqual(differing(text, edited), lines)
  })

test('what the text says already stays as it is', (t) => {
  const text = 'spec: {rollout:   {paused: true}}'
  t.is(editFile(text, { file: 'a.yaml', document: 0, pointer: '' }, pause), text)
})

for (const [why, text] of [
  ['stands for the field', 'x: &r {order: ring}\nspec:\n  rollout: *r\n'],
  ['stands elsewhere for a value', 'spec:\n  rollout:\n    paused: &p false\n    other: *p\n'],
  ['stands elsewhere for what would change', 'spec:\n  rollout: &r {order: ring}\nother: *r\n'],
] as const)
  test(`nothing is edited where an alias ${why}`, (t) => {
    t.is(editFile(text, { file: 'a.yaml', document: 0, pointer: '' }, pause), undefined)
  })

test('pausing and resuming gives the text of before', (t) => {
  const texts = cases.map(({ text }) => text).filter((text) => !text.includes('paused'))
  const origin = { file: 'a.yaml', document: 0, pointer: '' }
  for (const text of texts.filter((each) => /^\s+rollout:\s*\n/m.test(each) && !each.includes('items:'))) {
    const paused = editFile(text, origin, pause)
    t.not(paused, text)
    t.is(editFile(paused ?? '', origin, resume), text)
  }
})

function differing(before: string, after: string): readonly string[] {
  return diffLines(before, after).flatMap(({ value, added, removed }) => {
    if (!added && !removed) return []
    const lines = value.replace(/\n$/, '').split('\n')
    return lines.map((line) => `${added ? '+' : '-'}${line}`)
  })
}

test('nothing is edited in a file that SOPS encrypted', (t) => {
  const text = 'spec: {rollout: {}}\nsops: {mac: ENC}\n---\nspec: {rollout: {}}\nsops: {mac: ENC}\n'
  t.is(editFile(text, { file: 'a.yaml', document: 0, pointer: '' }, pause), undefined)
})
