import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { goneWhen, kubectl, live, liveAll, liveWhen } from '../../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'

// Without controllers: only the operators of the tests remove finalizers.
const test = controlPlaneTest()

const CLEAN_UP = 'e2e.dev/clean-up'

function held(manifest: string): string {
  const object = JSON.parse(manifest)
  object.metadata.finalizers = [CLEAN_UP]
  return `${JSON.stringify(object)}\n`
}

function account(at: string, name: string): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: at } })}\n`
}

function installation(name: string, spec: object): string {
  const kind = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation' }
  return `${JSON.stringify({ ...kind, metadata: { name }, spec })}\n`
}

/** Cleans up after custom resources while its Deployment is there, as an operator does. */
function operate(controlPlane: ControlPlane, at: string, plural: string): AsyncDisposable {
  const stopped = new AbortController()
  const working = work(controlPlane, at, plural, stopped.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await working
    },
  }
}

async function work(
  controlPlane: ControlPlane,
  at: string,
  plural: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const all = await liveAll(controlPlane, at, plural, '')
    const going = all.filter(({ metadata }) => metadata.deletionTimestamp && metadata.finalizers?.length)
    const isRunning = (await live(controlPlane, at, 'deployment/operator')) !== undefined
    for (const { metadata } of isRunning ? going : [])
      await kubectl(controlPlane, '-n', at, ...release(`${plural}.e2e.dev/${metadata.name}`))
    await sleep(100)
  }
}

function release(what: string): readonly string[] {
  return ['patch', what, '--type=json', '-p', '[{"op":"remove","path":"/metadata/finalizers"}]']
}

const ALLOW = 'Remove\n\nReeve-Allow-Deletion: *'

test('custom resources go before their operator, and that before their definition', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'removal' })
  await fleet.push({
    'stays/a.yaml': configMap('default', 'removal-stays', {}),
    'acme/all.yaml': documents(
      namespace('removal'),
      definition('widgets', 'Widget'),
      account('removal', 'operator'),
      deployment('removal', 'operator'),
      held(custom('Widget', 'removal', 'one')),
      held(custom('Widget', 'removal', 'two')),
    ),
  })
  t.is((await fleet.sync()).code, 0)
  await liveWhen(controlPlane, 'removal', 'widgets/two')
  await using _operator = operate(controlPlane, 'removal', 'widgets')
  await fleet.push({ acme: undefined }, ALLOW)
  await using reeve = fleet.run()
  await goneWhen(controlPlane, '', 'customresourcedefinition/widgets.e2e.dev')
  await reeve.logged('deleted', ({ object }) => object === 'Namespace removal')
  const deleted = reeve.log.filter(({ msg }) => msg === 'deleted').map(({ object }) => String(object))
  t.deepEqual(deleted.slice(0, 2).sort(), ['Widget.e2e.dev removal/one', 'Widget.e2e.dev removal/two'])
  t.deepEqual(deleted.slice(2), [
    'Deployment.apps removal/operator',
    'ServiceAccount removal/operator',
    'CustomResourceDefinition.apiextensions.k8s.io widgets.e2e.dev',
    'Namespace removal',
  ])
})

test('a single sync removes all of it, step by step', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'one-sync' })
  await fleet.push({
    'acme/all.yaml': documents(
      definition('gadgets', 'Gadget'),
      deployment('default', 'operator'),
      held(custom('Gadget', 'default', 'one')),
    ),
    'stays/a.yaml': configMap('default', 'one-sync', {}),
  })
  t.is((await fleet.sync()).code, 0)
  await using _operator = operate(controlPlane, 'default', 'gadgets')
  await fleet.push({ acme: undefined }, ALLOW)
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.is(await live(controlPlane, 'default', 'deployment/operator'), undefined)
  await goneWhen(controlPlane, '', 'customresourcedefinition/gadgets.e2e.dev')
  t.is((await fleet.sync()).code, 0)
  t.is(await fleet.record('acme'), undefined)
})

test('what leaves an installation that stays waits for no dependent', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stays' })
  const maps = (...names: string[]) => documents(...names.map((name) => configMap('default', name, {})))
  await fleet.push({
    'db/all.yaml': maps('stays-db', 'stays-db-old'),
    'shop/all.yaml': maps('stays-shop', 'stays-shop-old'),
    'shop/installation.yaml': installation('shop', { dependsOn: ['db'] }),
    'shop/kept.yaml': `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: stays-shop, namespace: default}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n`,
  })
  t.is((await fleet.sync()).code, 0)
  // The claim is protected until a commit allows its deletion.
  await fleet.push({ 'db/all.yaml': maps('stays-db'), 'shop/kept.yaml': undefined })
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'default', 'persistentvolumeclaim/stays-shop'))
  t.is(await live(controlPlane, 'default', 'configmap/stays-db-old'), undefined)
})

test('an installation goes before those that it depended on, wherever the dependency was last declared', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'two' })
  await fleet.push({
    'platform/all.yaml': documents(
      namespace('two'),
      definition('gears', 'Gear'),
      deployment('two', 'operator'),
      account('two', 'operator'),
    ),
    'shop/all.yaml': held(custom('Gear', 'two', 'one')),
    'shop/map.yaml': configMap('two', 'shop', {}),
    'stays/a.yaml': configMap('default', 'two-stays', {}),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'shop/installation.yaml': installation('shop', { dependsOn: ['platform'] }) })
  await fleet.push({ platform: undefined, shop: undefined }, ALLOW)
  await using reeve = fleet.run()
  const { for: reason } = await reeve.logged('waiting', (line) => line.installation === 'platform')
  t.regex(String(reason), /^.* two\/\w+ of installation shop to be gone/)
  t.truthy(await live(controlPlane, 'two', 'deployment/operator'))
  t.truthy(await live(controlPlane, 'two', 'serviceaccount/operator'))
  reeve.signal('SIGKILL')
  await reeve.exited

  // Another process goes on from what is there.
  await using again = fleet.run()
  await again.logged('waiting', ({ installation: name }) => name === 'platform')
  t.truthy(await live(controlPlane, 'two', 'deployment/operator'))
  await using _operator = operate(controlPlane, 'two', 'gears')
  await goneWhen(controlPlane, '', 'customresourcedefinition/gears.e2e.dev')
  await goneWhen(controlPlane, 'two', 'serviceaccount/operator')
  t.is(await live(controlPlane, 'two', 'configmap/shop'), undefined)
})

test('custom resources of others go before an operator that leaves with their definition', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'undeclared' })
  await fleet.push({
    'platform/all.yaml': documents(definition('cogs', 'Cog'), deployment('default', 'cog-operator')),
    'shop/all.yaml': held(custom('Cog', 'default', 'one')),
    'stays/a.yaml': configMap('default', 'undeclared-stays', {}),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ platform: undefined, shop: undefined }, ALLOW)
  await using reeve = fleet.run()
  await reeve.logged('waiting', (line) => line.installation === 'platform')
  t.truthy(await live(controlPlane, 'default', 'deployment/cog-operator'))
  await kubectl(controlPlane, ...release('cogs.e2e.dev/one'))
  await goneWhen(controlPlane, '', 'customresourcedefinition/cogs.e2e.dev')
  await goneWhen(controlPlane, 'default', 'deployment/cog-operator')
})

test('a finalizer that nothing removes is named, and others go on', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stuck' })
  await fleet.push({
    'acme/all.yaml': documents(
      definition('wheels', 'Wheel'),
      deployment('default', 'wheel-operator'),
      held(custom('Wheel', 'default', 'one')),
    ),
    'beta/a.yaml': configMap('default', 'stuck-beta', {}),
    'stays/a.yaml': configMap('default', 'stuck-stays', {}),
  })
  t.is((await fleet.sync()).code, 0)
  await kubectl(
    controlPlane,
    'patch',
    'wheels.e2e.dev/one',
    '--type=merge',
    '--field-manager=wheel-operator',
    '-p',
    JSON.stringify({ metadata: { finalizers: [CLEAN_UP, 'wheel.dev/more'] } }),
  )
  await fleet.push({ acme: undefined }, ALLOW)
  await using reeve = fleet.run()
  const waiting = await fleet.recorded('acme', ({ problems }) =>
    problems.some(({ message }) =>
      /for Wheel\.e2e\.dev default\/one to be gone, which waits for/.test(message),
    ),
  )
  t.is(waiting.state, 'deleting')
  await fleet.push({ beta: undefined }, ALLOW)
  await goneWhen(controlPlane, 'default', 'configmap/stuck-beta')
  const { state, problems } = await fleet.recorded(
    'acme',
    (record) => record.problems.some(({ code }) => code === 'deletion-hangs'),
    90_000,
  )
  t.is(state, 'failed')
  const hung = problems.find(({ code }) => code === 'deletion-hangs')
  t.is(hung?.object, 'Wheel.e2e.dev default/one')
  t.regex(
    hung?.message ?? '',
    /finalizers e2e\.dev\/clean-up, wheel\.dev\/more; wheel-operator wrote it last, and Deployment\.apps default\/wheel-operator has 0 ready$/,
  )
  await reeve.logged('object not as declared', ({ code }) => code === 'deletion-hangs')
  t.truthy(await live(controlPlane, 'default', 'deployment/wheel-operator'))

  await kubectl(controlPlane, ...release('wheels.e2e.dev/one'))
  await goneWhen(controlPlane, '', 'customresourcedefinition/wheels.e2e.dev')
  await goneWhen(controlPlane, 'default', 'deployment/wheel-operator')
})

test('a namespace stays while an object in it is kept', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'kept-inside' })
  const kept = JSON.parse(configMap('kept-inside', 'kept', {}))
  kept.metadata.annotations = { 'helm.sh/resource-policy': 'keep' }
  await fleet.push({
    'acme/all.yaml': documents(
      namespace('kept-inside'),
      `${JSON.stringify(kept)}\n`,
      configMap('kept-inside', 'goes', {}),
    ),
    'stays/a.yaml': configMap('default', 'kept-inside-stays', {}),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ acme: undefined }, ALLOW)
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.is(await live(controlPlane, 'kept-inside', 'configmap/goes'), undefined)
  const home = await live(controlPlane, '', 'namespace/kept-inside')
  t.is(home?.metadata.deletionTimestamp, undefined)
  t.truthy(home)
  const { problems = [] } = (await fleet.record('acme')) ?? {}
  t.true(
    problems.some(({ message }) =>
      /Namespace kept-inside has ConfigMap kept-inside\/kept in it/.test(message),
    ),
  )
})
