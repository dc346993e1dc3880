import test from 'ava'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { type JsonValue, writeJson } from '../../../src/model/json.ts'
import { valueAt } from '../../../src/model/json-pointer.ts'
import { declareFiles } from '../../helpers/declare-files.ts'
import { own } from '../../helpers/rollout-documents.ts'

const IN_POD_TEMPLATE = ['spec', 'template', 'metadata', 'annotations', 'reeve.dev/restartedAt']

const object = (kind: string, apiVersion: string, spec: JsonValue = {}) =>
  `${JSON.stringify({ apiVersion, kind, metadata: { name: 'one', namespace: 'a' }, spec })}\n`

interface Sayers {
  readonly outer?: string
  readonly inner?: string
  readonly own?: string
}

const said = (time: string | undefined) => (time === undefined ? '' : `, restartedAt: "${time}"`)

async function acme(manifest: string, times: Sayers, more = ''): Promise<Installation> {
  const { installations } = await declareFiles({
    'acme/a.yaml': manifest,
    'acme/i.yaml': own('Installation', 'acme', `{group: inner${said(times.own)}${more}}`),
    'groups/inner.yaml': own('InstallationGroup', 'inner', `{group: outer${said(times.inner)}}`),
    'groups/outer.yaml': own('InstallationGroup', 'outer', `{version: "1"${said(times.outer)}}`),
  })
  const found = installations.get('acme')
  if (found === undefined) throw new Error('no acme')
  return found
}

async function valueIn(manifest: string, times: Sayers, path: readonly string[], more = '') {
  const { objects, faults } = await acme(manifest, times, more)
  const found = objects.find(({ object }) => object.metadata.name === 'one')
  return faults.length > 0 ? faults.map(describeFault) : valueAt(found?.object as JsonValue, path)
}

const AT = '2026-12-01T06:00:00Z'

const KINDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['Deployment', 'apps/v1', IN_POD_TEMPLATE],
  ['StatefulSet', 'apps/v1', IN_POD_TEMPLATE],
  ['DaemonSet', 'apps/v1', IN_POD_TEMPLATE],
  ['Rollout', 'argoproj.io/v1alpha1', ['spec', 'restartAt']],
  [
    'Mattermost',
    'installation.mattermost.com/v1beta1',
    ['spec', 'podTemplate', 'extraAnnotations', 'reeve.dev/restartedAt'],
  ],
]

for (const [kind, apiVersion, path] of KINDS)
  test(`a ${kind} is restarted`, async (t) => {
    t.is(await valueIn(object(kind, apiVersion), { own: AT }, path), AT)
  })

test('other kinds are as they are', async (t) => {
  for (const [kind, apiVersion] of [
    ['ConfigMap', 'v1'],
    ['CronJob', 'batch/v1'],
    ['Deployment', 'example.com/v1'],
  ] as const) {
    const manifest = object(kind, apiVersion)
    const { objects } = await acme(manifest, { own: AT })
    const found = objects.find(({ object }) => object.metadata.name === 'one')
    t.is(writeJson(found?.object as JsonValue), writeJson(JSON.parse(manifest)))
  }
})

const TIMES: readonly (readonly [string, Sayers, string | undefined])[] = [
  ['where nothing says it, nothing is restarted', {}, undefined],
  ['a group says it for its members', { outer: AT }, AT],
  ['the latest counts, which may be that of the outer group', { outer: AT, own: '2026-11-30T06:00:00Z' }, AT],
  ['the latest counts, which may be its own', { inner: '2026-11-30T06:00:00Z', own: AT }, AT],
  [
    'times are compared with their offsets',
    { outer: '2026-12-01T06:00:00+02:00', own: '2026-12-01T05:00:00Z' },
    '2026-12-01T05:00:00Z',
  ],
]

for (const [title, times, expected] of TIMES)
  test(title, async (t) => {
    t.is(await valueIn(object('Deployment', 'apps/v1'), times, IN_POD_TEMPLATE), expected)
  })

test('other annotations of the Pods stay', async (t) => {
  const spec = { template: { metadata: { annotations: { a: '1' } } } }
  const path = IN_POD_TEMPLATE.slice(0, -1)
  t.deepEqual(await valueIn(object('Deployment', 'apps/v1', spec), { own: AT }, path), {
    a: '1',
    'reeve.dev/restartedAt': AT,
  })
})

test('an installation that sleeps is restarted when it wakes', async (t) => {
  const deployment = object('Deployment', 'apps/v1', { replicas: 2 })
  const asleep = ', hibernated: true'
  t.is(await valueIn(deployment, { own: AT }, ['spec', 'replicas'], asleep), 0)
  t.is(await valueIn(deployment, { own: AT }, IN_POD_TEMPLATE, asleep), AT)
})

test('what is no time is a fault by file and line', async (t) => {
  for (const time of [
    'now',
    '2026-12-01',
    '2026-13-01T06:00:00Z',
    '2026-12-01T06:00:00',
    '2026-02-30T06:00:00Z',
  ]) {
    const { faults } = await acme(object('Deployment', 'apps/v1'), { own: time })
    t.regex(faults.map(describeFault).join('\n'), /^acme\/i\.yaml:4: .*restartedAt/, time)
  }
})
