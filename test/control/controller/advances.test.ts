import type { JsonObject } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live } from '../../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest()

const installation = (name: string, spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })}\n`

test('an atomic installation moves as a whole or not at all, and is healed where it stays', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'atomic' })
  const maps = (version: string, key = 'key') =>
    documents(configMap('atomic', 'a', { version }), configMap('atomic', 'b', { [key]: version }))
  const files = (version: string, key?: string) => ({ 'acme/maps.yaml': maps(version, key) })
  await fleet.push({
    'platform/ns.yaml': namespace('atomic'),
    'acme/reeve.yaml': installation('acme', { atomic: true }),
    ...files('1'),
  })
  t.is((await fleet.sync()).code, 0)
  const first = (await fleet.record('acme'))?.commit
  await fleet.push(files('2', 'not a key'))
  const refused = await fleet.sync()
  t.is(refused.code, 1)
  t.regex(refused.stdout, /acme +invalid/)
  t.like(await fleet.record('acme'), { state: 'invalid', applied: first })
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/a'))?.data, { version: '1' })

  await kubectl(controlPlane, '-n', 'atomic', 'delete', 'configmap/b')
  await fleet.sync()
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/b'))?.data, { key: '1' }, 'healed there')

  await fleet.push(files('3'))
  t.is((await fleet.sync()).code, 0)
  t.deepEqual((await live(controlPlane, 'atomic', 'configmap/a'))?.data, { version: '3' })
})

test('an atomic installation that would be refused at once applies nothing, and follows when it is accepted', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'atomic-new' })
  await kubectl(controlPlane, 'create', 'configmap', 'atomic-theirs')
  await fleet.push({
    'acme/reeve.yaml': installation('acme', { atomic: true }),
    'acme/maps.yaml': documents(
      configMap('default', 'atomic-mine', {}),
      configMap('default', 'atomic-theirs', {}),
    ),
  })
  await using reeve = fleet.run()
  t.like(await reeve.logged('held at its last good commit'), { installation: 'acme', code: 'not-owned' })
  await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.is(await live(controlPlane, 'default', 'configmap/atomic-mine'), undefined)
  await kubectl(controlPlane, 'delete', 'configmap/atomic-theirs')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.truthy(await live(controlPlane, 'default', 'configmap/atomic-mine'))
})

function service(at: string, name: string, app: string): string {
  const spec = { selector: { app }, ports: [{ port: 80 }] }
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: at }, spec })}\n`
}

function workload(at: string, name: string, app: string): string {
  return deployment(at, name).replaceAll(`"app": "${name}"`, `"app": "${app}"`)
}

test('half a commit is not applied: where a field that may not change is changed, all stays and is healed', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'half' })
  const files = (app: string) => ({
    'acme/service.yaml': service('half', 'web', app),
    'acme/web.yaml': workload('half', 'web', app),
  })
  await fleet.push({ 'acme/ns.yaml': namespace('half'), ...files('web') })
  t.is((await fleet.sync()).code, 0)
  const first = (await fleet.record('acme'))?.commit
  await fleet.push(files('chat'))
  const plan = await fleet.plan()
  t.is(plan.code, 3)
  t.regex(plan.stdout, /acme stays as it is/)
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /acme\/web\.yaml:\d+: the live object cannot be changed like this.*spec\.selector/s)
  const selector = async () =>
    ((await live(controlPlane, 'half', 'service/web'))?.spec as JsonObject | undefined)?.selector
  t.deepEqual(await selector(), { app: 'web' })
  t.like(await fleet.record('acme'), { state: 'invalid', applied: first })

  await kubectl(controlPlane, '-n', 'half', 'delete', 'service/web')
  t.is((await fleet.sync()).code, 1)
  t.deepEqual(await selector(), { app: 'web' }, 'healed where it stays')

  await fleet.push(files('web'))
  t.is((await fleet.sync()).code, 0)
})

test('a typo in a field keeps all of an installation where it is, and is told at its line', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'field' })
  await fleet.push({
    'acme/ns.yaml': namespace('field'),
    'acme/map.yaml': configMap('field', 'settings', { a: '1' }),
    'acme/web.yaml': deployment('field', 'web'),
    'beta/map.yaml': configMap('field', 'beta', { a: '1' }),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({
    'acme/map.yaml': configMap('field', 'settings', { a: '2' }),
    'acme/web.yaml': deployment('field', 'web', 2).replace('"replicas"', '"replcas"'),
    'beta/map.yaml': configMap('field', 'beta', { a: '2' }),
  })
  const plan = await fleet.plan('--output', 'json')
  t.is(plan.code, 2)
  const { faults } = JSON.parse(plan.stdout)
  t.like(faults, [{ code: 'unknown-field', file: 'acme/web.yaml', line: 9 }])
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(
    stdout,
    /acme\/web\.yaml:9: a field that the kind does not have: spec\.replcas;\s+did\s+you\s+mean\s+replicas/,
  )
  t.deepEqual((await live(controlPlane, 'field', 'configmap/settings'))?.data, { a: '1' })
  t.deepEqual((await live(controlPlane, 'field', 'configmap/beta'))?.data, { a: '2' }, 'no one else is held')
})

test('a new installation with a typo applies nothing, and all when it is mended', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'new' })
  const files = (text: string) => ({
    'acme/map.yaml': configMap('default', 'new-map', {}),
    'acme/web.yaml': text,
  })
  await fleet.push(files(deployment('default', 'new-web').replace('"image"', '"imagee"')))
  t.is((await fleet.sync()).code, 1)
  t.is(await live(controlPlane, 'default', 'configmap/new-map'), undefined)
  await fleet.push(files(deployment('default', 'new-web')))
  t.is((await fleet.sync()).code, 0)
  t.truthy(await live(controlPlane, 'default', 'configmap/new-map'))
})

/** The definition of test/helpers with more to say of the size. */
function sized(plural: string, kind: string, more: object): string {
  return definition(plural, kind).replace(
    '"type": "integer"',
    `"type": "integer", ${JSON.stringify(more).slice(1, -1)}`,
  )
}

test('a definition that gets stricter is no fault of what is there, which is healed as before', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stricter' })
  const files = (more: object, size: number) => ({
    'crds/crd.yaml': sized('strictthings', 'StrictThing', more),
    'acme/thing.yaml': custom('StrictThing', 'default', 'strict', size),
  })
  await fleet.push(files({ maximum: 100 }, 50))
  t.is((await fleet.sync()).code, 0)
  await fleet.push(files({ maximum: 10 }, 50))
  t.is((await fleet.sync()).code, 0, 'not retroactive')
  const label = ['label', 'strictthing/strict', 'reeve.dev/installation-']
  await kubectl(controlPlane, ...label)
  t.is((await fleet.sync()).code, 0)
  await fleet.push(files({ maximum: 10 }, 60))
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(
    stdout,
    /acme\/thing\.yaml:\d+: a field with a value.*spec\.size: 60\s+violates\s+the\s+maximum\s+of\s+10/s,
  )
})

test('a commit may add a field to a definition and use it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'more' })
  const crd = definition('morethings', 'MoreThing')
  await fleet.push({ 'acme/crd.yaml': crd, 'acme/thing.yaml': custom('MoreThing', 'default', 'more') })
  t.is((await fleet.sync()).code, 0)
  const wider = crd.replace('"size": {', '"colour": { "type": "string" }, "size": {')
  const thing = custom('MoreThing', 'default', 'more').replace('"size"', '"colour": "red", "size"')
  await fleet.push({ 'acme/crd.yaml': wider, 'acme/thing.yaml': thing })
  const { code, stdout, stderr } = await fleet.sync()
  t.is(code, 0, `${stdout}\n${stderr}`)
  t.like((await live(controlPlane, 'default', 'morething/more'))?.spec, { colour: 'red' })
})

test('what a webhook may put right is left to the API server', async (t) => {
  const { controlPlane } = t.context
  const crd = sized('mutants', 'Mutant', { minimum: 5 })
  await controlPlane.kubectl(['apply', '-f', '-'], { input: crd })
  const rule = { apiGroups: ['e2e.dev'], apiVersions: ['*'], resources: ['mutants'], operations: ['*'] }
  const webhook = {
    name: 'mutants.e2e.dev',
    rules: [rule],
    clientConfig: { url: 'https://127.0.0.1:1/' },
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'advances' },
    webhooks: [webhook],
  }
  await controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(configuration) })
  await using fleet = await startFleet(controlPlane, { name: 'mutant' })
  await fleet.push({
    'acme/all.yaml': documents(configMap('default', 'mutant', {}), custom('Mutant', 'default', 'm')),
  })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /acme +failed/, 'the server refused it, not the check')
  t.truthy(await live(controlPlane, 'default', 'configmap/mutant'))
})

test('a value of a Secret that is of the wrong type is told nowhere', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'secret-type' })
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'secret-type' },
    stringData: { a: 4711815 },
  }
  await fleet.push({ 'acme/secret.yaml': `${JSON.stringify(secret)}\n` })
  const plan = await fleet.plan('--output', 'json')
  t.is(plan.code, 2)
  const { code, stdout, stderr } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /stringData\.a: is\s+not\s+a\s+string/)
  for (const text of [plan.stdout, plan.stderr, stdout, stderr, JSON.stringify(await fleet.record('acme'))])
    t.notRegex(text, /4711815/)
})
