import { type JsonObject, objectIn } from '../../../src/model/json.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { goneWhen, live, liveWhen } from '../../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { own } from '../../helpers/rollout-documents.ts'

const test = controlPlaneTest()

const ALLOWED = 'Remove\n\nReeve-Allow-Deletion: *'

/** An installation with data and a workload, in a namespace of its own. */
function files(name: string, spec: string): Record<string, string> {
  return {
    [`${name}/i.yaml`]: own('Installation', name, spec),
    [`${name}/all.yaml`]: documents(
      namespace(name),
      configMap(name, 'data', { a: '1' }),
      deployment(name, 'web', 3),
    ),
  }
}

const without = (name: string) => ({ [name]: undefined })

function replicas(
  t: { readonly context: { readonly controlPlane: Parameters<typeof live>[0] } },
  name: string,
) {
  return {
    now: async () =>
      objectIn(((await live(t.context.controlPlane, name, 'deployment/web')) as JsonObject | undefined)?.spec)
        .replicas,
    are: (wanted: number) =>
      liveWhen(
        t.context.controlPlane,
        name,
        'deployment/web',
        ({ spec }) => objectIn(spec).replicas === wanted,
      ),
  }
}

test('a removed installation sleeps for its grace, and is back as it was when it is declared again', async (t) => {
  const { controlPlane } = t.context
  const name = 'soft'
  await using fleet = await startFleet(controlPlane, { name })
  const all = files(name, '{deletion: {grace: 7d}}')
  const declared = await fleet.push({ ...all, 'beside/all.yaml': configMap('default', 'soft-beside', {}) })
  await using _reeve = fleet.run()
  const { are } = replicas(t, name)
  await are(3)
  const before = await live(controlPlane, name, 'configmap/data')

  await fleet.push(without(name), 'Remove by mistake')
  await fleet.recorded(
    name,
    ({ state, problems }) => state === 'failed' && problems[0]?.code === 'deletion-limit',
  )
  await are(3)

  await fleet.push({ 'beside/all.yaml': configMap('default', 'soft-beside', { a: '2' }) }, ALLOWED)
  const pending = await fleet.recorded(name, ({ state }) => state === 'deletion-pending')
  await are(0)
  t.is(pending.deletion?.declaredAt, declared)
  t.is(pending.deletion?.isAllowed, true)
  const days = (Date.parse(pending.deletion?.until ?? '') - Date.now()) / 86_400_000
  t.true(days > 6.9 && days <= 7, `${days}`)
  t.regex(pending.problems[0]?.message ?? '', /asleep/)
  t.is((await fleet.plan()).code, 0, 'nothing is to be done')

  await fleet.push(all, 'Back again')
  await are(3)
  await fleet.recorded(name, ({ state, deletion }) => deletion === undefined && state !== 'deletion-pending')
  t.is((await live(controlPlane, name, 'configmap/data'))?.metadata.uid, before?.metadata.uid)
})

test('it goes when its grace is over, also where another process finds it', async (t) => {
  const { controlPlane } = t.context
  const name = 'soft-ends'
  await using fleet = await startFleet(controlPlane, { name })
  await fleet.push({
    ...files(name, '{deletion: {grace: 20s}}'),
    'beside/all.yaml': configMap('default', 'ends-beside', {}),
  })
  {
    await using reeve = fleet.run()
    await replicas(t, name).are(3)
    await fleet.push(without(name), ALLOWED)
    await reeve.logged('deletion pending')
  }
  t.is((await live(controlPlane, name, 'configmap/data'))?.kind, 'ConfigMap', 'its grace is not over')
  await using _again = fleet.run()
  await goneWhen(controlPlane, name, 'configmap/data')
  const { deletion } = await fleet.recorded(name, ({ state }) => state === 'deleting') // nothing ends namespaces here
  t.true(deletion?.isGoing)
})

test('a protected one stays, whatever a commit allows, until a commit declares it without that', async (t) => {
  const { controlPlane } = t.context
  const name = 'protected'
  await using fleet = await startFleet(controlPlane, { name })
  const kept = { 'beside/all.yaml': configMap('default', 'protected-beside', {}) }
  await fleet.push({ ...files(name, '{deletion: {protected: true}}'), ...kept })
  await using _reeve = fleet.run()
  const { are } = replicas(t, name)
  await are(3)
  await fleet.push(without(name), ALLOWED)
  const { problems } = await fleet.recorded(name, ({ state }) => state === 'failed')
  t.is(problems[0]?.code, 'installation-protected')
  await are(3)
  await fleet.push(files(name, '{deletion: {protected: false}}'))
  await fleet.recorded(name, ({ state }) => state !== 'failed')
  await fleet.push(without(name), ALLOWED)
  await goneWhen(controlPlane, name, 'deployment/web')
})

test('another process wakes one that is declared again, also where a rule leaves the replicas to others', async (t) => {
  const { controlPlane } = t.context
  const name = 'soft-restart'
  await using fleet = await startFleet(controlPlane, { name })
  const all = files(name, '{deletion: {grace: 7d}, ignore: [{kind: Deployment, fields: [/spec/replicas]}]}')
  const { are } = replicas(t, name)
  await fleet.push({ ...all, 'beside/all.yaml': configMap('default', 'restart-beside', {}) })
  const begun = async () => {
    await using _reeve = fleet.run()
    await are(3)
    await fleet.push(without(name), ALLOWED)
    const { deletion } = await fleet.recorded(name, ({ state }) => state === 'deletion-pending')
    await are(0)
    return deletion
  }
  const deletion = await begun()
  {
    await using again = fleet.run()
    await again.logged('in sync')
    t.deepEqual((await fleet.record(name))?.deletion, deletion, 'it goes on where the other was')
  }
  await fleet.push(all, 'Back again')
  await using _again = fleet.run()
  t.like(await are(3), { kind: 'Deployment' })
})
