import test from 'ava'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { declareFiles, onlyInstallation } from '../../helpers/declare-files.ts'

/** Renders the directory eu/acme with these files. */
function render(files: Readonly<Record<string, string>>): Promise<Installation> {
  const placed = Object.entries(files).map(([name, content]) => [`eu/acme/${name}`, content])
  return onlyInstallation(Object.fromEntries(placed))
}

async function faultsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await render(files)).faults.map(describeFault)
}

const head = 'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata:\n  name: acme\n'

test('an Installation document configures the directory that it is in', async (t) => {
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
  const { installations } = await declareFiles({
    'eu/acme/reeve.yaml': text,
    'platform/x.yaml': '',
    'eu/shared/x.yaml': '',
  })
  const { objects = [], faults, dependsOn = [], rules } = installations.get('eu/acme') ?? {}
  t.deepEqual(
    [objects.map(({ object }) => `${object.kind} ${object.metadata.name}`), faults],
    [['Installation acme'], []],
  )
  t.deepEqual(
    dependsOn.map(({ name, location }) => `${name} ${location.file}:${location.line}`),
    ['platform eu/acme/reeve.yaml:7', 'eu/shared eu/acme/reeve.yaml:8'],
  )
  t.deepEqual(rules, {
    hibernate: [],
    ignore: [
      {
        objects: { group: 'apps', kind: 'Deployment', name: 'web' },
        fields: ['/spec/replicas', '/spec/template/spec/containers/[name=app]/image'],
        managers: [],
        once: [],
      },
      { objects: { kind: 'ConfigMap' }, fields: [], managers: ['some-operator'], once: [] },
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

test('a document without spec, and one of a whole id, are fine', async (t) => {
  t.deepEqual(await faultsOf({ 'a.yaml': head }), [])
  t.deepEqual(await faultsOf({ 'a.yaml': head.replace('acme', 'eu-acme') }), [])
})

test('all that is wrong with a document is told at its line', async (t) => {
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
  t.deepEqual(await faultsOf({ 'reeve.yaml': text }), [
    'eu/acme/reeve.yaml:5: a field that the kind does not have: specs',
    "eu/acme/reeve.yaml:7: invalid document of Reeve's own kinds: spec.dependsOn is not a list",
    'eu/acme/reeve.yaml:8: a field that the kind does not have: spec.suspend; did you mean suspended?',
    'eu/acme/reeve.yaml:10: a required field is missing or not a string: spec.ignore[0].kind is missing',
    "eu/acme/reeve.yaml:10: invalid document of Reeve's own kinds: spec.ignore[0].fields[0] is not a JSON pointer such as /spec/replicas",
    "eu/acme/reeve.yaml:11: invalid document of Reeve's own kinds: spec.ignore[1].kind: string is too short (0 < 1)",
    "eu/acme/reeve.yaml:13: invalid document of Reeve's own kinds: spec.ignore[2].fields is not a list",
    "eu/acme/reeve.yaml:16: invalid document of Reeve's own kinds: spec.health[0].deadline is not a duration such as 15m",
  ])
})

test('an expression that cannot be evaluated is told at its line', async (t) => {
  const text = `${head}spec:
  health:
    - kind: Chat
      healthy: object.status.phase = 'Running'
      message: size(object.status)
`
  const faults = await faultsOf({ 'reeve.yaml': text })
  t.is(faults.length, 2)
  t.regex(faults[0] ?? '', /^eu\/acme\/reeve\.yaml:8: invalid CEL expression: .*=/)
  t.regex(faults[1] ?? '', /^eu\/acme\/reeve\.yaml:9: invalid CEL expression: .*string/)
})

test('a directory has one document about it, and one about another stands alone', async (t) => {
  const again = head.replace('acme', 'eu-acme')
  t.deepEqual(await faultsOf({ 'a.yaml': head, 'b.yaml': again }), [
    'eu/acme/b.yaml:4: two installations with the same name: eu/acme is already declared at eu/acme/a.yaml:1',
  ])
  const { installations } = await declareFiles({
    'eu/acme/a.yaml': head,
    'eu/acme/b.yaml': head.replace('acme', 'beta'),
  })
  t.deepEqual(
    [...installations].map(([name, { faults }]) => [name, faults.map(({ code }) => code)]),
    [
      ['beta', ['no-template']],
      ['eu/acme', []],
    ],
  )
})

test('a document that is no mapping inside never crashes', async (t) => {
  for (const spec of ['3', '[]', 'null', 'x', '{ignore: [[]]}', '{health: {__proto__: 1}}']) {
    await t.notThrowsAsync(render({ 'a.yaml': `${head}spec: ${spec}\n` }), spec)
  }
  t.is((await faultsOf({ 'a.yaml': `${head}spec: 3\n` })).length, 1)
  t.is((await faultsOf({ 'a.yaml': 'apiVersion: reeve.dev/v1alpha1\nkind: Installation\n' })).length, 1)
})
