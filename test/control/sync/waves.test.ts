import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'

// Without controllers: a Deployment is ready when the test says so.
const test = controlPlaneTest()

const TIME_TO_GO_WRONG_MS = 1_500

/** The manifest with an annotation. */
function inWave(wave: number, manifest: string): string {
  const object = JSON.parse(manifest)
  object.metadata.annotations = { 'reeve.dev/wave': String(wave) }
  return `${JSON.stringify(object)}\n`
}

function installation(name: string, spec: object): string {
  const kind = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation' }
  return `${JSON.stringify({ ...kind, metadata: { name }, spec })}\n`
}

/** What the deployment controller says when all replicas are there. */
async function makeReady(controlPlane: ControlPlane, at: string, name: string): Promise<void> {
  const { metadata, spec } = await liveWhen(controlPlane, at, `deployment/${name}`)
  const replicas = (spec as { replicas: number }).replicas
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas }
  const status = { observedGeneration: metadata.generation, ...counts }
  const patch = ['patch', `deployment/${name}`, '--subresource=status', '--type=merge', '-p']
  await kubectl(controlPlane, '-n', at, ...patch, JSON.stringify({ status }))
}

test('a wave waits until the objects of the ones before it are healthy', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'waves' })
  await fleet.push({
    'platform/ns.yaml': namespace('waves'),
    'acme/all.yaml': documents(
      inWave(10, configMap('waves', 'last', { a: '1' })),
      inWave(-1, deployment('waves', 'db')),
      deployment('waves', 'web'),
    ),
  })
  await using reeve = fleet.run()
  await makeReady(controlPlane, 'waves', 'db').catch(() => undefined)
  t.like(await reeve.logged('waiting', ({ for: reason }) => /^wave 0/.test(String(reason))), {
    installation: 'acme',
    for: 'wave 0: Deployment.apps waves/web is not healthy',
  })
  t.is(await live(controlPlane, 'waves', 'configmap/last'), undefined)
  const { state } = await fleet.recorded('acme', ({ problems }) =>
    problems.some(({ code, message }) => code === 'waiting' && /for wave 0: Deployment\.apps/.test(message)),
  )
  t.is(state, 'waiting')

  await makeReady(controlPlane, 'waves', 'web')
  await liveWhen(controlPlane, 'waves', 'configmap/last')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
})

test('a wave waits until a fresh custom resource says something, or is old enough to', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'fresh' })
  const later = (name: string) => inWave(1, configMap('default', name, {}))
  await fleet.push({
    'crds/all.yaml': definition('talkers', 'Talker', 'Namespaced', true),
    'told/all.yaml': documents(custom('Talker', 'default', 'told', 1), later('told-later')),
    'silent/all.yaml': documents(custom('Talker', 'default', 'silent', 1), later('silent-later')),
  })
  await using reeve = fleet.run()
  await reeve.logged('waiting', ({ installation, for: reason }) => {
    return installation === 'told' && /^wave 0: Talker\.e2e\.dev .* is not healthy/.test(String(reason))
  })
  t.is(await live(controlPlane, 'default', 'cm/told-later'), undefined)
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] }
  const patch = ['patch', 'talker/told', '--subresource=status', '--type=merge', '-p']
  await kubectl(controlPlane, '-n', 'default', ...patch, JSON.stringify({ status: ready }))
  await liveWhen(controlPlane, 'default', 'cm/told-later')
  t.is(await live(controlPlane, 'default', 'cm/silent-later'), undefined)

  await fleet.recorded('silent', ({ state }) => state === 'healthy', 60_000)
  t.truthy(await live(controlPlane, 'default', 'cm/silent-later'))
})

test('a wave waits for a Deployment that was paused in the middle of a change, and says so', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'paused' })
  const web = (spec: object) => {
    const object = JSON.parse(deployment('paused', 'web'))
    return `${JSON.stringify({ ...object, spec: { ...object.spec, ...spec } })}\n`
  }
  await fleet.push({
    'acme/ns.yaml': inWave(-1, namespace('paused')),
    'acme/all.yaml': documents(web({ paused: true }), inWave(1, configMap('paused', 'later', {}))),
  })
  await using reeve = fleet.run()
  t.like(await reeve.logged('waiting', ({ for: reason }) => /web/.test(String(reason))), {
    for: 'wave 0: Deployment.apps paused/web is suspended',
  })
  await fleet.push({ 'acme/all.yaml': documents(web({}), inWave(1, configMap('paused', 'later', {}))) })
  await liveWhen(
    controlPlane,
    'paused',
    'deployment/web',
    ({ spec }) => !(spec as { paused?: boolean }).paused,
  )
  await makeReady(controlPlane, 'paused', 'web')
  await liveWhen(controlPlane, 'paused', 'cm/later')
})

test('an upgrade goes wave by wave, drift is put back meanwhile, and what is to go goes last', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'upgrade' })
  const files = (a: string) => ({
    'acme/ns.yaml': inWave(-5, namespace('upgrade')),
    'acme/all.yaml': documents(
      deployment('upgrade', 'db', Number(a)),
      inWave(1, configMap('upgrade', 'settings', { a })),
      inWave(1, configMap('upgrade', 'steady', { a: '1' })),
    ),
  })
  await fleet.push({ ...files('1'), 'acme/old.yaml': configMap('upgrade', 'old', {}) })
  await using reeve = fleet.run()
  await makeReady(controlPlane, 'upgrade', 'db')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  await fleet.push({ ...files('2'), 'acme/old.yaml': undefined })
  await liveWhen(controlPlane, 'upgrade', 'deployment/db', ({ metadata }) => metadata.generation === 2)
  await fleet.recorded('acme', ({ state }) => state === 'waiting')
  const patch = '{"data":{"a":"drifted"}}'
  for (const what of ['cm/settings', 'cm/steady'])
    await kubectl(controlPlane, '-n', 'upgrade', 'patch', what, '--type=merge', '-p', patch)
  await liveWhen(controlPlane, 'upgrade', 'cm/steady', ({ data }) => (data as { a: string }).a === '1')
  // What the commit changes is brought to it by its own wave alone.
  t.deepEqual((await live(controlPlane, 'upgrade', 'cm/settings'))?.data, { a: 'drifted' })
  t.truthy(await live(controlPlane, 'upgrade', 'cm/old'))

  await makeReady(controlPlane, 'upgrade', 'db')
  await liveWhen(controlPlane, 'upgrade', 'cm/settings', ({ data }) => (data as { a: string }).a === '2')
  await goneWhen(controlPlane, 'upgrade', 'cm/old')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.false(reeve.log.some(({ level }) => level === 'error'))
})

test('a wave that fails stops the later ones only', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'failing' })
  await fleet.push({
    'acme/all.yaml': documents(
      inWave(0, namespace('failing')),
      inWave(1, configMap('failing', 'first', {})),
      inWave(2, configMap('failing', 'refused', { 'not a key': '' })),
      inWave(2, configMap('failing', 'second', {})),
      inWave(3, configMap('failing', 'third', {})),
    ),
    'beta/all.yaml': configMap('default', 'failing-beta', {}),
  })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /acme +failed/)
  t.regex(stdout, /waits for wave 2: ConfigMap failing\/refused is not\s+as\s+declared/)
  t.truthy(await live(controlPlane, 'failing', 'cm/second'))
  t.is(await live(controlPlane, 'failing', 'cm/third'), undefined)
  t.truthy(await live(controlPlane, 'default', 'cm/failing-beta'))

  const mended = documents(inWave(0, namespace('failing')), inWave(3, configMap('failing', 'third', {})))
  await fleet.push({ 'acme/all.yaml': mended }, 'Mend\n\nReeve-Allow-Deletion: acme')
  t.is((await fleet.sync()).code, 0)
  t.truthy(await live(controlPlane, 'failing', 'cm/third'))
})

test('an installation follows a commit when those that it depends on are healthy there', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'depends' })
  await fleet.push({
    'acme/reeve.yaml': installation('acme', { dependsOn: ['platform'] }),
    'acme/all.yaml': configMap('depends', 'acme', { a: '1' }),
    'platform/all.yaml': documents(namespace('depends'), deployment('depends', 'db')),
  })
  await using reeve = fleet.run()
  t.like(await reeve.logged('waiting', ({ for: reason }) => /healthy/.test(String(reason))), {
    for: 'installation platform: Deployment.apps depends/db is not healthy',
  })
  await fleet.recorded('acme', ({ state }) => state === 'waiting')
  await makeReady(controlPlane, 'depends', 'db')
  await liveWhen(controlPlane, 'depends', 'cm/acme')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  await fleet.push({
    'acme/all.yaml': configMap('depends', 'acme', { a: '2' }),
    'platform/all.yaml': documents(namespace('depends'), deployment('depends', 'db', 2)),
  })
  await liveWhen(controlPlane, 'depends', 'deployment/db', ({ metadata }) => metadata.generation === 2)
  await sleep(TIME_TO_GO_WRONG_MS)
  t.deepEqual((await live(controlPlane, 'depends', 'cm/acme'))?.data, { a: '1' })
  await makeReady(controlPlane, 'depends', 'db')
  await liveWhen(controlPlane, 'depends', 'cm/acme', ({ data }) => (data as { a: string }).a === '2')
})

test('a cycle of dependencies is shown, stops those in it, and nobody else', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'cycle' })
  const objects = (a: string) => ({
    'a/all.yaml': configMap('default', 'cycle-a', { a }),
    'b/all.yaml': configMap('default', 'cycle-b', { a }),
    'c/all.yaml': configMap('default', 'cycle-c', { a }),
  })
  await fleet.push(objects('1'))
  t.is((await fleet.sync()).code, 0)
  await fleet.push({
    ...objects('2'),
    'a/reeve.yaml': installation('a', { dependsOn: ['b'] }),
    'b/reeve.yaml': installation('b', { dependsOn: ['a', 'nobody'] }),
  })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /a\/reeve\.yaml:1: installations that depend on each other: a → b → a/)
  t.regex(stdout, /b\/reeve\.yaml:1: dependsOn names an unknown installation:\s+nobody/)
  t.deepEqual((await live(controlPlane, 'default', 'cm/cycle-a'))?.data, { a: '1' })
  t.deepEqual((await live(controlPlane, 'default', 'cm/cycle-c'))?.data, { a: '2' })

  await kubectl(controlPlane, 'delete', 'cm/cycle-a')
  await fleet.sync()
  t.deepEqual((await live(controlPlane, 'default', 'cm/cycle-a'))?.data, { a: '1' }, 'held, and healed there')

  await fleet.push({ 'b/reeve.yaml': undefined })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual((await live(controlPlane, 'default', 'cm/cycle-a'))?.data, { a: '2' })
})

/** What Reeve created in a namespace, or tried to. */
async function creations(controlPlane: ControlPlane, at: string): Promise<readonly string[]> {
  const writes = await controlPlane.writes({ userAgent: 'reeve' })
  return writes.filter(({ namespace, verb }) => namespace === at && verb === 'create').map(({ uri }) => uri)
}

test('objects wait for the namespace of an installation that waits itself, and are not sent before', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'shop' })
  const maps = Array.from({ length: 20 }, (_, n) => configMap('shop', `c${n}`, {}))
  await fleet.push({
    'platform/reeve.yaml': installation('platform', { dependsOn: ['infra'] }),
    'platform/ns.yaml': namespace('shop'),
    'infra/all.yaml': deployment('default', 'shop-infra'),
    'shop/all.yaml': documents(...maps, configMap('default', 'shop-beside', {})),
  })
  await using reeve = fleet.run()
  const { problems } = await fleet.recorded('shop', ({ problems: [first] }) =>
    /it waits/.test(first?.message ?? ''),
  )
  t.deepEqual(
    problems.map(({ code, message }) => `${code}: ${message}`),
    [
      'waiting: 20 objects wait for Namespace shop, declared by installation platform and not there yet: ' +
        'it waits for installation infra: Deployment.apps default/shop-infra is not healthy',
    ],
  )
  await liveWhen(controlPlane, 'default', 'configmap/shop-beside')
  await makeReady(controlPlane, 'default', 'shop-infra')
  await fleet.recorded('shop', ({ state }) => state === 'healthy')
  t.is((await creations(controlPlane, 'shop')).length, 20)
  t.false(reeve.log.some(({ level }) => level === 'error'))
})

test('objects wait for the namespace of an installation with faults, and say so at once', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'faulty' })
  await fleet.push({
    'a/ns.yaml': namespace('faulty'),
    'a/bad.yaml': configMap('faulty', '*', {}),
    'b/all.yaml': configMap('faulty', 'web', {}),
  })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /b +waiting/)
  t.regex(
    stdout.replaceAll(/\s+/g, ' '),
    /Namespace faulty, declared by installation a and not there yet: its documents have faults/,
  )
  await using _reeve = fleet.run()
  await kubectl(controlPlane, 'create', 'namespace', 'faulty')
  await liveWhen(controlPlane, 'faulty', 'configmap/web')
  await fleet.recorded('b', ({ state }) => state === 'healthy')
  t.is((await creations(controlPlane, 'faulty')).length, 1)
})

test('objects wait while their namespace is being deleted, and for kinds that another installation brings', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'going' })
  await fleet.push({ 'a/ns.yaml': namespace('going'), 'b/all.yaml': configMap('going', 'one', {}) })
  await using reeve = fleet.run()
  await fleet.recorded('b', ({ state }) => state === 'healthy')
  // Without a namespace controller it stays as it is, terminating.
  await kubectl(controlPlane, 'delete', 'namespace', 'going', '--wait=false')
  await fleet.push({
    'b/all.yaml': documents(configMap('going', 'one', {}), configMap('going', 'two', {})),
    'c/all.yaml': custom('Cog', 'default', 'one'),
    'd/reeve.yaml': installation('d', { dependsOn: ['a'] }),
    'd/cogs.yaml': definition('cogs', 'Cog'),
  })
  const { problems } = await fleet.recorded('b', ({ state }) => state === 'waiting')
  t.regex(
    problems[0]?.message ?? '',
    /^1 object waits for Namespace going, declared by installation a and being deleted/,
  )
  const c = await fleet.recorded('c', ({ state }) => state === 'waiting')
  t.regex(
    c.problems[0]?.message ?? '',
    /CustomResourceDefinition\.apiextensions\.k8s\.io cogs\.e2e\.dev, declared by installation d/,
  )
  await finalize(controlPlane, 'going')
  await liveWhen(controlPlane, 'going', 'configmap/two')
  await liveWhen(controlPlane, 'default', 'cog/one')
  for (const name of ['b', 'c']) await fleet.recorded(name, ({ state }) => state === 'healthy')
  t.is(typeof reeve.pid, 'number')
})

/** What the namespace controller does when all in a namespace is gone. */
async function finalize(controlPlane: ControlPlane, name: string): Promise<void> {
  await kubectl(controlPlane, '-n', name, 'delete', 'configmap', '--all')
  const finalized = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } }
  const path = `/api/v1/namespaces/${name}/finalize`
  await controlPlane.kubectl(['replace', '--raw', path, '-f', '-'], { input: JSON.stringify(finalized) })
}
