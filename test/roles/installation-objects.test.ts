import { crdsText } from '../../src/cli/present/crds-text.ts'
import { isJsonArray, isJsonObject, type JsonObject, objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

test.serial.before('define the kinds', (t) => apply(t.context.controlPlane, crdsText()))

const installation = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: ${spec}\n`

const group = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: ${name}}\nspec: ${spec}\n`

const state = (object: LiveObject | undefined) => objectIn(object?.status).state

function conditionOf(object: LiveObject | undefined, type: string): JsonObject | undefined {
  const { conditions } = objectIn(object?.status)
  return isJsonArray(conditions)
    ? conditions.filter(isJsonObject).find((condition) => condition.type === type)
    : undefined
}

/** Options by which own documents are in a namespace of the fleet. */
const inside = (fleet: Fleet) => ['--namespace', fleet.name]

async function patch(
  t: { context: { controlPlane: Parameters<typeof kubectl>[0] } },
  what: string,
  spec: object,
) {
  const [namespace = '', name = ''] = what.split('/')
  const text = JSON.stringify({ spec })
  await kubectl(
    t.context.controlPlane,
    '-n',
    namespace,
    'patch',
    'installation',
    name,
    '--type=merge',
    '-p',
    text,
  )
}

async function events(t: { context: { controlPlane: Parameters<typeof kubectl>[0] } }, namespace: string) {
  const text = await kubectl(t.context.controlPlane, '-n', namespace, 'get', 'events', '-o', 'json')
  return (
    JSON.parse(text).items as { reason: string; message: string; involvedObject: { name: string } }[]
  ).map(({ reason, message, involvedObject }) => `${involvedObject.name} ${reason}: ${message}`)
}

test('a directory of manifests is shown by kubectl, with a sync that ends at once', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'shown' })
  await kubectl(controlPlane, 'create', 'namespace', 'shown')
  await fleet.push({
    'acme/a.yaml': configMap('shown', 'a', { x: '1' }),
    'eu/acme/a.yaml': configMap('shown', 'b', { x: '1' }),
    'us/acme/d.yaml': installation('acme', '{}'),
    'us/acme/a.yaml': configMap('shown', 'c', { x: '1' }),
  })
  await fleet.sync(...inside(fleet))
  const derived = await live(controlPlane, 'shown', 'installation/eu.acme')
  t.is(derived?.metadata.annotations?.['reeve.dev/derived'], 'true')
  t.like(derived?.status, { state: 'healthy', health: '1/1' })
  const list = (await kubectl(controlPlane, '-n', 'shown', 'get', 'installations', '-o', 'name'))
    .trim()
    .split('\n')
  t.is(list.length, 3, `acme of us/ has that name, so that acme/ has another one: ${list}`)
  const told = await events(t, 'shown')
  t.true(
    told.some((line) => line.startsWith('eu.acme Healthy: ')),
    told.join('\n'),
  )
  await fleet.push({ 'eu/acme': undefined })
  await fleet.sync(...inside(fleet))
  t.true(await goneWhen(controlPlane, 'shown', 'installation/eu.acme'))
  t.is(await live(controlPlane, 'shown', 'configmap/b'), undefined)
})

test('what kubectl and the branch say agrees while deletions are held', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'agree' })
  await kubectl(controlPlane, 'create', 'namespace', 'agree')
  const maps = ['a', 'b', 'c'].map((name) => [`acme/${name}.yaml`, configMap('agree', name, { x: '1' })])
  await fleet.push(Object.fromEntries(maps))
  await fleet.sync(...inside(fleet))
  await fleet.push({ acme: undefined, 'beta/a.yaml': configMap('agree', 'other', { x: '1' }) })
  await fleet.sync(...inside(fleet))
  const record = await fleet.record('acme')
  t.like(record, { state: 'failed', objects: { declared: 0, held: 3 } })
  t.like((await live(controlPlane, 'agree', 'installation/acme'))?.status, {
    state: 'failed',
    health: '0/0 +3',
  })
  await fleet.push({ 'x.txt': 'x' }, 'Remove acme\n\nReeve-Allow-Deletion: acme')
  await fleet.sync(...inside(fleet))
  t.true(await goneWhen(controlPlane, 'agree', 'installation/acme'))
  t.is(await fleet.record('acme'), undefined)
})

for (const [how, files] of [
  ['a directory', {}],
  ['a document', { 'acme/i.yaml': installation('acme', '{}') }],
] as const)
  test(`spec.suspended of ${how}, set by kubectl, holds until Git changes it, and is told`, async (t) => {
    const { controlPlane } = t.context
    const name = how.replace('a ', 'paused-')
    await using fleet = await startFleet(controlPlane, { name })
    await kubectl(controlPlane, 'create', 'namespace', name)
    await fleet.push({ ...files, 'acme/a.yaml': configMap(name, 'a', { x: '1' }) })
    await using reeve = fleet.run(...inside(fleet))
    await liveWhen(controlPlane, name, 'installation/acme', (object) => state(object) === 'healthy')
    await patch(t, `${name}/acme`, { suspended: true })
    const suspended = await fleet.recorded('acme', (record) => record.state === 'suspended')
    t.regex(suspended.problems[0]?.message ?? '', /suspended in the cluster.*until Git changes it/)
    const shown = await liveWhen(
      controlPlane,
      name,
      'installation/acme',
      (object) => state(object) === 'suspended',
    )
    t.like(conditionOf(shown, 'SpecFromGit'), { status: 'False', reason: 'SuspendedInCluster' })
    const commit = await fleet.push({ 'acme/a.yaml': configMap(name, 'a', { x: '2' }) })
    await fleet.recorded('acme', (record) => record.commit === commit)
    t.like(await live(controlPlane, name, 'configmap/a'), { data: { x: '1' } }, 'a commit changes nothing')
    await patch(t, `${name}/acme`, { suspended: false })
    await until('the commit to be applied', async () => {
      const object = await live(controlPlane, name, 'configmap/a')
      return objectIn(objectIn(object as unknown as JsonObject).data).x === '2'
    })
    await fleet.recorded('acme', (record) => record.state === 'healthy')
    await patch(t, `${name}/acme`, { suspended: true })
    await fleet.recorded('acme', (record) => record.state === 'suspended')
    const last = await fleet.push({
      'acme/i.yaml': installation('acme', '{suspended: false}'),
      'acme/a.yaml': configMap(name, 'a', { x: '3' }),
    })
    await fleet.recorded('acme', (record) => record.commit === last && record.state === 'healthy')
    t.like(await live(controlPlane, name, 'configmap/a'), { data: { x: '3' } })
    t.false(reeve.log.some(({ level }) => level === 'error'))
  })

test('another field set by kubectl is put back, with an Event and a condition', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'refused' })
  await kubectl(controlPlane, 'create', 'namespace', 'refused')
  await fleet.push({
    'acme/a.yaml': configMap('refused', 'a', { x: '1' }),
    'groups/g.yaml': group('prod', '{version: "1.0"}'),
    'beta/i.yaml': installation('beta', '{group: prod}'),
    'beta/a.yaml': configMap('refused', 'b', { x: '1' }),
  })
  await using reeve = fleet.run(...inside(fleet))
  await liveWhen(controlPlane, 'refused', 'installation/acme', (object) => state(object) === 'healthy')
  await patch(t, 'refused/acme', { version: '9.9' })
  await reeve.logged('patched', ({ installation, reason }) => installation === 'acme' && reason === 'drift')
  const acme = await liveWhen(
    controlPlane,
    'refused',
    'installation/acme',
    (object) => conditionOf(object, 'SpecFromGit')?.reason === 'ChangeRefused',
  )
  t.deepEqual((acme as unknown as { spec: object }).spec, {})
  t.regex(
    String(conditionOf(acme, 'SpecFromGit')?.message),
    /^spec\.version changed in the cluster and put back/,
  )
  await kubectl(
    controlPlane,
    ...[
      '-n',
      'refused',
      'patch',
      'installationgroup',
      'prod',
      '--type=merge',
      '-p',
      '{"spec":{"version":"9.9"}}',
    ],
  )
  const prod = await liveWhen(
    controlPlane,
    'refused',
    'installationgroup/prod',
    (object) => conditionOf(object, 'SpecFromGit')?.reason === 'ChangeRefused',
  )
  t.like(prod, { spec: { version: '1.0' } })
  await until('both Events', async () => {
    const told = await events(t, 'refused')
    return ['acme', 'prod'].every((name) =>
      told.some((line) => line.startsWith(`${name} ChangeRefused: spec.version`)),
    )
  })
  await until('the record', async () =>
    (await fleet.statusCommits()).some(({ message }) =>
      message.includes('  patched (drift) Installation.reeve.dev refused/acme: spec.version'),
    ),
  )
  t.pass()
})
