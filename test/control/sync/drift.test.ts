import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { startHangingWebhook } from '../../helpers/hanging-webhook.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { newServiceAccount } from '../../helpers/service-account.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

test('a drifted field is put back, a deleted object is created again, and the record says so', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'drift' })
  const commit = await fleet.push({
    'acme/all.yaml': documents(namespace('drift'), configMap('drift', 'settings', { level: 'info' })),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  const patch = '{"data":{"level":"debug"}}'
  await kubectl(controlPlane, '-n', 'drift', 'patch', 'configmap/settings', '--type=merge', '-p', patch)
  const healed = await liveWhen(
    controlPlane,
    'drift',
    'configmap/settings',
    (o) => dataOf(o).level === 'info',
  )
  await fleet.recorded('acme', ({ changes }) => changes.at(-1)?.reason === 'drift')
  t.is((await fleet.statusCommits())[0]?.subject, `acme: healthy at ${commit.slice(0, 7)} (drift put back)`)
  t.like(await reeve.logged('patched'), { reason: 'drift', object: 'ConfigMap drift/settings' })

  await kubectl(controlPlane, '-n', 'drift', 'delete', 'configmap/settings')
  const uid = healed.metadata.uid
  await liveWhen(controlPlane, 'drift', 'configmap/settings', (o) => o.metadata.uid !== uid)
  const again = await reeve.logged('created', ({ reason }) => reason === 'drift')
  t.is(again.object, 'ConfigMap drift/settings')
})

test('labels and the annotation of Reeve that somebody changes or takes off come back', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'labels' })
  await fleet.push({ 'acme/all.yaml': configMap('default', 'labels', { a: '1' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const before = await live(controlPlane, 'default', 'configmap/labels')
  const changes = [
    '{"labels":{"reeve.dev/installation":"else"}}',
    '{"labels":{"reeve.dev/installation":null}}',
    '{"labels":{"reeve.dev/repository":null}}',
    '{"annotations":{"reeve.dev/applied":null}}',
    '{"labels":null}',
  ]
  for (const metadata of changes) {
    const patch = `{"metadata":${metadata}}`
    await kubectl(controlPlane, 'patch', 'configmap/labels', '--type=merge', '-p', patch)
    const { labels, annotations } = before?.metadata ?? {}
    await liveWhen(controlPlane, 'default', 'configmap/labels', ({ metadata }) =>
      isDeepStrictEqual([metadata.labels, metadata.annotations], [labels, annotations]),
    )
  }
  t.is((await live(controlPlane, 'default', 'configmap/labels'))?.metadata.uid, before?.metadata.uid)
  t.false(reeve.log.some(({ level }) => level === 'error'))
})

test('fields, containers and labels that others add stay', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'foreign' })
  await fleet.push({ 'acme/all.yaml': documents(namespace('foreign'), deployment('foreign', 'web', 2)) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', () => true)
  const sidecar = { spec: { containers: [{ name: 'sidecar', image: 'sidecar:1' }] } }
  const patch = { metadata: { labels: { team: 'blue' } }, spec: { paused: true, template: sidecar } }
  const since = new Date()
  await kubectl(controlPlane, '-n', 'foreign', 'patch', 'deployment/web', '-p', JSON.stringify(patch))
  await sleep(1000)
  t.deepEqual(await controlPlane.writes({ userAgent: 'reeve', since }).then(inNamespace('foreign')), [])
  await fleet.push({ 'acme/all.yaml': documents(namespace('foreign'), deployment('foreign', 'web', 3)) })
  const web = await liveWhen(controlPlane, 'foreign', 'deployment/web', (o) => specOf(o).replicas === 3)
  t.like(specOf(web), { paused: true })
  t.is(web.metadata.labels?.team, 'blue')
  t.deepEqual(
    specOf(web)
      .template.spec.containers.map(({ name }) => name)
      .sort(),
    ['sidecar', 'web'],
  )
  await reeve.logged('patched')
  t.is(reeve.log.filter(({ msg }) => msg === 'patched').length, 1)
})

test('a writer that changes a field back each time is not fought over for ever', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'fight' })
  await fleet.push({ 'acme/all.yaml': configMap('default', 'fought', { owner: 'git' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await using fighter = startFighter(controlPlane, 'fought')
  const start = Date.now()
  const record = await fleet.recorded('acme', ({ problems }) => problems[0]?.code === 'contended')
  t.is(record.state, 'failed')
  t.is(record.problems[0]?.object, 'ConfigMap default/fought')
  t.regex(record.problems[0]?.message ?? '', /: data\.owner: fighter wrote it last/)
  await sleep(6000)
  await fighter.stop()
  const heals = reeve.log.filter(({ msg }) => msg === 'patched').length
  t.true(heals >= 4 && heals < 9, `put back ${heals} times in ${Date.now() - start} ms`)
  t.true(fighter.count >= heals)
  await liveWhen(controlPlane, 'default', 'configmap/fought', (o) => dataOf(o).owner === 'git', 60_000)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
})

test('an object that is deleted as fast as it is created is created less and less often', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'deleted' })
  await fleet.push({ 'acme/all.yaml': configMap('default', 'deleted', { a: '1' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await using deleter = startDeleter(controlPlane, 'deleted')
  const record = await fleet.recorded('acme', ({ problems }) => problems[0]?.code === 'contended')
  t.is(record.state, 'failed')
  t.like(record.problems[0], { object: 'ConfigMap default/deleted', file: 'acme/all.yaml' })
  t.regex(
    record.problems[0]?.message ?? '',
    /: another client deletes it: .*; Reeve creates it less and less often/,
  )
  const since = (await fleet.statusCommits()).length
  const begun = deleter.count
  await until('more creations', async () => deleter.count > begun, 60_000)
  t.true(reeve.log.filter(({ msg }) => msg === 'created').length < 12)
  const later = (await fleet.statusCommits()).slice(0, -since)
  t.false(
    later.some(({ subject }) => /healthy/.test(subject)),
    'it is not well in between',
  )
  await deleter.stop()
  await liveWhen(controlPlane, 'default', 'configmap/deleted', () => true, 120_000)
  await fleet.recorded('acme', ({ state }) => state === 'healthy', 120_000)
})

test('an annotation of Reeve that is taken off again and again is not fought over for ever', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stripped' })
  await fleet.push({ 'acme/all.yaml': configMap('default', 'stripped', { a: '1' }) })
  await using _reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await using stripper = startHammer(controlPlane, 'stripped', async (client, live) => {
    if (live?.metadata.annotations?.['reeve.dev/applied'] === undefined) return false
    await client.raw('PATCH', '/api/v1/namespaces/default/configmaps/stripped?fieldManager=stripper', {
      contentType: 'application/merge-patch+json',
      body: '{"metadata":{"annotations":{"reeve.dev/applied":null}}}',
    })
    return true
  })
  const { problems } = await fleet.recorded('acme', ({ problems }) => problems[0]?.code === 'contended')
  t.regex(problems[0]?.message ?? '', /annotations/)
  await stripper.stop()
})

test('an object that another client creates again is deleted less and less often', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'restored' })
  const kept = configMap('default', 'kept', {})
  await fleet.push({ 'acme/all.yaml': documents(kept, configMap('default', 'restored', { a: '1' })) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const backup = (await live(controlPlane, 'default', 'configmap/restored')) as LiveObject
  const { labels = {}, annotations = {} } = backup.metadata
  const metadata = { name: 'restored', namespace: 'default', labels, annotations }
  const restored = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
  await using restorer = startHammer(controlPlane, 'restored', async (client, found) => {
    if (found !== undefined) return false
    await client.create(CONFIG_MAPS, { ...restored, data: { a: '1' } })
    return true
  })
  await fleet.push({ 'acme/all.yaml': kept }, 'Remove\n\nReeve-Allow-Deletion: acme')
  const { problems } = await fleet.recorded('acme', ({ problems }) => problems[0]?.code === 'contended')
  t.regex(problems[0]?.message ?? '', /creates it again; Reeve deletes it less and less often/)
  await restorer.stop()
  t.true(reeve.log.filter(({ msg }) => msg === 'deleted').length < 12)
})

test('an object that may not be read makes its installation failed at the new commit, and no other one', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, clusterRole('blind', [...WRITE, 'list', 'watch']))
  const { kubeconfig } = await newServiceAccount(controlPlane, 'blind', 'blind')
  await using fleet = await startFleet(controlPlane, { name: 'thrown', kubeconfig })
  const files = (data: Readonly<Record<string, string>>) => ({
    'acme/all.yaml': configMap('default', 'thrown', data),
    'beta/all.yaml': configMap('default', 'thrown-beta', data),
  })
  const first = await fleet.push(files({ a: '1', b: '1' }))
  t.is((await fleet.sync()).code, 0)

  // Who owns a field that goes is read from the object, which it may not.
  const commit = await fleet.push({
    ...files({ a: '2' }),
    'beta/all.yaml': configMap('default', 'thrown-beta', { a: '2', b: '1' }),
  })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /acme +failed/)
  t.regex(stdout, /beta +healthy/)
  const record = await fleet.record('acme')
  t.like(record, { state: 'failed', commit, done: first })
  t.like(record?.problems[0], { code: 'forbidden' })
  t.deepEqual((await live(controlPlane, 'default', 'configmap/thrown-beta'))?.data, { a: '2', b: '1' })

  await using reeve = fleet.run()
  const isTold = ({ msg, code }: { readonly msg?: unknown; readonly code?: unknown }) =>
    msg === 'object not as declared' && code === 'forbidden'
  await reeve.logged('object not as declared')
  await apply(controlPlane, clusterRole('blind', [...WRITE, 'list', 'watch', 'get']))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.is(reeve.log.filter(isTold).length, 1, 'it is told once')
})

test('a webhook that hangs on the objects of one installation keeps no other from following', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'hanging' })
  const quick = (data: Readonly<Record<string, string>>) =>
    documents(configMap('default', 'quick', data), configMap('default', 'quick-drift', { a: '1' }))
  await fleet.push({ 'slow/ns.yaml': namespace('hanging'), 'quick/all.yaml': quick({ a: '1' }) })
  await using reeve = fleet.run()
  for (const name of ['slow', 'quick']) await fleet.recorded(name, ({ state }) => state === 'healthy')
  await using webhook = await startHangingWebhook(controlPlane, 'hanging', 30)
  const fifty = Array.from({ length: 50 }, (_, n) => configMap('hanging', `slow-${n}`, {}))
  // The webhook may take a second to be in force: until then an object comes through.
  await until('the webhook to be in force', async () => {
    const create = [
      '-n',
      'hanging',
      'create',
      'cm',
      `probe-${Date.now()}`,
      '--dry-run=server',
      '--request-timeout=1s',
    ]
    return (await controlPlane.kubectl(create)).code !== 0
  })
  await fleet.push({ 'slow/all.yaml': documents(...fifty) })
  await until('requests that hang', () => webhook.open >= 16)

  const start = Date.now()
  await fleet.push({ 'quick/all.yaml': quick({ a: '2' }) })
  const patch = '{"data":{"a":"drifted"}}'
  await kubectl(controlPlane, 'patch', 'configmap/quick-drift', '--type=merge', '-p', patch)
  await liveWhen(controlPlane, 'default', 'configmap/quick', (o) => dataOf(o).a === '2')
  await liveWhen(controlPlane, 'default', 'configmap/quick-drift', (o) => dataOf(o).a === '1')
  t.log(`live after ${Date.now() - start} ms`)
  t.true(Date.now() - start < 20_000, 'before the first request that hangs has timed out')
  t.true(webhook.open > 0, 'they hang still')
  t.is(typeof reeve.pid, 'number')
})

const WRITE = ['create', 'patch', 'delete', 'update']

/** A role for all kinds. */
function clusterRole(name: string, verbs: readonly string[]): string {
  const rules = [
    { apiGroups: ['*'], resources: ['*'], verbs },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
  ]
  const kind = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }
  return JSON.stringify({ ...kind, metadata: { name }, rules })
}

/** Deletes an object whenever it finds it. */
function startDeleter(controlPlane: ControlPlane, name: string) {
  return startHammer(controlPlane, name, async (client, live) => {
    if (live === undefined) return false
    const key = { group: '', kind: 'ConfigMap', namespace: 'default', name }
    await client.delete(CONFIG_MAPS, key, { uid: live.metadata.uid })
    return true
  })
}

/** Does something about a ConfigMap again and again; counts how often it had something to do. */
function startHammer(
  { kubeconfig }: ControlPlane,
  name: string,
  strike: (client: ClusterClient, live: LiveObject | undefined) => Promise<boolean>,
  everyMs = 20,
) {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  const key = { group: '', kind: 'ConfigMap', namespace: 'default', name }
  let count = 0
  let isOn = true
  const hammer = async () => {
    for (; isOn; await sleep(everyMs)) if (await strike(client, await client.get(CONFIG_MAPS, key))) count++
    await client[Symbol.asyncDispose]()
  }
  const done = hammer()
  const stop = () => {
    isOn = false
    return done
  }
  return {
    get count() {
      return count
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Changes the field whenever it finds it put back, ten times a second; somebody else writes after it. */
function startFighter(controlPlane: ControlPlane, name: string) {
  const path = `/api/v1/namespaces/default/configmaps/${name}`
  const write = (client: ClusterClient, manager: string, patch: object) =>
    client.raw('PATCH', `${path}?fieldManager=${manager}`, {
      contentType: 'application/merge-patch+json',
      body: JSON.stringify(patch),
    })
  let rounds = 0
  const strike = async (client: ClusterClient, live: LiveObject | undefined) => {
    if (live === undefined || dataOf(live).owner !== 'git') return false
    await write(client, 'fighter', { data: { owner: 'me' } })
    await write(client, 'bystander', { data: { rounds: String(rounds++) } })
    return true
  }
  return startHammer(controlPlane, name, strike, 100)
}

test('a CRD, its custom resources and their namespace come in one commit, also from two installations', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'crd' })
  await fleet.push({
    'acme/a.yaml': documents(custom('Widget', 'widgets', 'one'), custom('Widget', 'widgets', 'two')),
    'acme/z.yaml': documents(definition('widgets', 'Widget'), namespace('widgets')),
    'beta/z.yaml': custom('Widget', 'widgets', 'three'),
    'beta/gadget.yaml': custom('Gadget', 'widgets', 'far'),
    'zeta/gadgets.yaml': definition('gadgets', 'Gadget'),
  })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  const names = await kubectl(controlPlane, '-n', 'widgets', 'get', 'widgets,gadgets', '-o', 'name')
  t.deepEqual(names.trim().split('\n'), [
    'widget.e2e.dev/one',
    'widget.e2e.dev/three',
    'widget.e2e.dev/two',
    'gadget.e2e.dev/far',
  ])
  t.like(await fleet.record('beta'), { state: 'healthy', objects: { declared: 2, healthy: 2 } })
  const plan = await fleet.plan()
  t.is(plan.code, 0, plan.stdout)
})

test('an unknown kind waits, and is applied as soon as somebody installs its CRD', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'unknown' })
  await fleet.push({
    'acme/all.yaml': documents(
      configMap('default', 'beside', { a: '1' }),
      custom('Sprocket', 'default', 'one'),
    ),
    'beta/all.yaml': configMap('default', 'beta', { a: '1' }),
  })
  await using reeve = fleet.run()
  const record = await fleet.recorded('acme', ({ state }) => state === 'failed')
  t.like(record.problems[0], { code: 'unknown-kind', object: 'Sprocket.e2e.dev default/one' })
  t.like(record.problems[0], { file: 'acme/all.yaml', line: 13 })
  await liveWhen(controlPlane, 'default', 'configmap/beside')
  await fleet.recorded('beta', ({ state }) => state === 'healthy')

  await apply(controlPlane, definition('sprockets', 'Sprocket'))
  await liveWhen(controlPlane, 'default', 'sprocket/one')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  const size = '{"spec":{"size":7}}'
  await kubectl(controlPlane, 'patch', 'sprocket/one', '--type=merge', '-p', size)
  await liveWhen(controlPlane, 'default', 'sprocket/one', (o) => o.spec !== undefined && sizeOf(o) === 1)

  await kubectl(controlPlane, 'delete', 'crd/sprockets.e2e.dev')
  await goneWhen(controlPlane, '', 'crd/sprockets.e2e.dev')
  await fleet.recorded('acme', ({ problems }) => problems[0]?.code === 'unknown-kind')
  await fleet.push({ 'beta/all.yaml': configMap('default', 'beta', { a: '2' }) })
  await liveWhen(controlPlane, 'default', 'configmap/beta', (o) => dataOf(o).a === '2')

  await apply(controlPlane, definition('sprockets', 'Sprocket'))
  await liveWhen(controlPlane, 'default', 'sprocket/one')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.is(typeof reeve.pid, 'number')
})

test('a CRD of Git that somebody deletes comes back with its custom resources', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'crd-back' })
  await fleet.push({
    'acme/all.yaml': documents(definition('bolts', 'Bolt'), custom('Bolt', 'default', 'one', 3)),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const before = await live(controlPlane, 'default', 'bolt/one')
  await kubectl(controlPlane, 'delete', 'crd/bolts.e2e.dev')
  const bolt = await until('the bolt to come back', async () => {
    const found = await live(controlPlane, 'default', 'bolt/one')
    return found !== undefined && found.metadata.uid !== before?.metadata.uid ? found : undefined
  })
  t.is(sizeOf(bolt as LiveObject), 3)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const errors = reeve.log.filter(({ level }) => level === 'error')
  t.deepEqual(
    errors.filter(({ code }) => code !== 'being-deleted' && code !== 'unknown-kind'),
    [],
  )
})

function inNamespace(wanted: string) {
  return (requests: readonly { readonly namespace: string; readonly uri: string }[]) =>
    requests.filter(({ namespace }) => namespace === wanted).map(({ uri }) => uri)
}

function dataOf(object: LiveObject): Readonly<Record<string, string>> {
  return object.data as unknown as Readonly<Record<string, string>>
}

interface DeploymentSpec {
  readonly replicas: number
  readonly template: { readonly spec: { readonly containers: readonly { readonly name: string }[] } }
}

function specOf(object: LiveObject): DeploymentSpec {
  return object.spec as unknown as DeploymentSpec
}

function sizeOf(object: LiveObject): number {
  return (object.spec as unknown as { size: number }).size
}
