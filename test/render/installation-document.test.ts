import test from 'ava'
import { layout } from '../../src/declare/layout.ts'
import { describeFault } from '../../src/model/fault.ts'
import type { Installation } from '../../src/model/installation.ts'
import { renderPlain } from '../../src/render/plain.ts'

/** Renders the directory eu/acme with these files. */
function render(files: Readonly<Record<string, string>>): Installation {
  const entries = Object.keys(files).map((name) => ({
    path: `eu/acme/${name}`,
    oid: name,
    type: 'file' as const,
  }))
  const contents = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))
  const [source] = layout(entries)
  if (!source) throw new Error('no installation')
  return renderPlain(source, contents, { namespace: 'default', maxFileBytes: 10_000 })
}

function faultsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return render(files).faults.map(describeFault)
}

const head = 'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata:\n  name: acme\n'

test('an Installation document configures the directory that it is in and is no object of the cluster', (t) => {
  const text = `${head}spec:
  dependsOn:
    - platform
    - eu/shared
  ignore:
    - group: apps
      kind: Deployment
      name: web
      fields: [/spec/replicas, '/spec/template/spec/containers/[name=app]/image']
    - kind: ConfigMap
      managers: [some-operator]
  health:
    - group: example.com
      kind: Chat
      healthy: object.status.phase == 'Running'
      message: object.status.message
      deadline: 1h30m
`
  const { objects, faults, dependsOn, rules } = render({ 'reeve.yaml': text })
  t.deepEqual([objects, faults], [[], []])
  t.deepEqual(
    dependsOn.map(({ name, location }) => `${name} ${location.file}:${location.line}`),
    ['platform eu/acme/reeve.yaml:7', 'eu/shared eu/acme/reeve.yaml:8'],
  )
  t.deepEqual(rules, {
    ignore: [
      {
        objects: { group: 'apps', kind: 'Deployment', name: 'web' },
        fields: ['/spec/replicas', '/spec/template/spec/containers/[name=app]/image'],
        managers: [],
      },
      { objects: { kind: 'ConfigMap' }, fields: [], managers: ['some-operator'] },
    ],
    health: [
      {
        objects: { group: 'example.com', kind: 'Chat' },
        healthy: "object.status.phase == 'Running'",
        message: 'object.status.message',
        deadlineMs: 5_400_000,
      },
    ],
  })
})

test('a document without spec, and one of a whole id, are fine', (t) => {
  t.deepEqual(faultsOf({ 'a.yaml': head }), [])
  t.deepEqual(faultsOf({ 'a.yaml': head.replace('acme', 'eu_acme') }), [])
})

test('all that is wrong with a document is told at its line', (t) => {
  const text = `${head}specs: {}
spec:
  dependsOn: platform
  suspend: true
  ignore:
    - fields: [spec]
    - kind: ''
    - kind: Pod
      fields: 3
  health:
    - kind: Chat
      deadline: soon
`
  t.deepEqual(faultsOf({ 'reeve.yaml': text }), [
    'eu/acme/reeve.yaml:5: a field that the kind does not have: specs',
    "eu/acme/reeve.yaml:7: a document of Reeve's own that does not fit: spec.dependsOn is no list",
    'eu/acme/reeve.yaml:8: a field that the kind does not have: spec.suspend',
    'eu/acme/reeve.yaml:10: a required field is missing or not a string: spec.ignore[0].kind is missing',
    "eu/acme/reeve.yaml:10: a document of Reeve's own that does not fit: spec.ignore[0].fields[0] is not a JSON pointer such as /spec/replicas",
    "eu/acme/reeve.yaml:11: a document of Reeve's own that does not fit: spec.ignore[1].kind: string is too short (0 < 1)",
    "eu/acme/reeve.yaml:13: a document of Reeve's own that does not fit: spec.ignore[2].fields is no list",
    "eu/acme/reeve.yaml:16: a document of Reeve's own that does not fit: spec.health[0].deadline is not a duration such as 15m; an object that is not ready for so long counts as degraded",
  ])
})

test('an expression that can not be evaluated is told at its line', (t) => {
  const text = `${head}spec:
  health:
    - kind: Chat
      healthy: object.status.phase = 'Running'
      message: size(object.status)
`
  const faults = faultsOf({ 'reeve.yaml': text })
  t.is(faults.length, 2)
  t.regex(faults[0] ?? '', /^eu\/acme\/reeve\.yaml:8: not an expression that Reeve can evaluate: .*=/)
  t.regex(faults[1] ?? '', /^eu\/acme\/reeve\.yaml:9: not an expression that Reeve can evaluate: .*string/)
})

test('a document is about its own directory, and a directory has one', (t) => {
  t.deepEqual(faultsOf({ 'a.yaml': head, 'b.yaml': head.replace('acme', 'beta') }), [
    'eu/acme/b.yaml:1: two installations of one name: eu/acme is configured at eu/acme/a.yaml:1 already',
    `eu/acme/b.yaml:1: a document of Reeve's own that does not fit: metadata.name is "beta", the directory is "acme"`,
  ])
})

test('a document that is no mapping inside never crashes', (t) => {
  for (const spec of ['3', '[]', 'null', 'x', '{ignore: [[]]}', '{health: {__proto__: 1}}']) {
    t.notThrows(() => render({ 'a.yaml': `${head}spec: ${spec}\n` }), spec)
  }
  t.is(faultsOf({ 'a.yaml': `${head}spec: 3\n` }).length, 1)
  t.is(faultsOf({ 'a.yaml': 'apiVersion: reeve.dev/v1alpha1\nkind: Installation\n' }).length, 1)
})
