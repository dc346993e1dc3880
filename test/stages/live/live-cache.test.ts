import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/schema.ts'
import { type OwnControlPlane, startControlPlane } from '../../../src/sandbox/control-plane.ts'
import { type KindTrouble, LiveCache, type LiveChange } from '../../../src/stages/live/live-cache.ts'
import { kubeConfigAt, startTcpProxy, type TcpProxy } from '../../adapters/cluster/tcp-proxy.ts'
import { CONFIG_MAPS as configMaps } from '../../helpers/config-maps.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  controlPlane: OwnControlPlane
  /** Writes to the API server directly. */
  writer: ClusterClient
  /** The line that caches look through. */
  proxy: TcpProxy
}

// A control plane of its own: the API server is stopped.
const test = anyTest as TestFn<Context>

test.before(async (t) => {
  const controlPlane = await startControlPlane()
  const writer = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  t.context = { controlPlane, writer, proxy: await startTcpProxy(controlPlane.server) }
})

test.after.always(async (t) => {
  await t.context.writer?.[Symbol.asyncDispose]()
  await t.context.proxy?.close()
  await t.context.controlPlane?.stop()
})

const things: Resource = { ...configMaps, group: 'example.com', kind: 'Thing', plural: 'things' }

const labels = (repository: string) => ({
  'reeve.dev/repository': repository,
  'reeve.dev/installation': 'acme',
})

const configMap = (name: string, repository: string, value = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: labels(repository) },
  data: { value },
})

interface Watched {
  readonly cache: LiveCache
  /** `+a=1`, `~a=2`, `-a`: added, changed, gone. */
  readonly told: string[]
  readonly troubles: KindTrouble[]
}

async function watched(
  t: ExecutionContext<Context>,
  repository: string,
  kinds = [configMaps],
): Promise<Watched> {
  const { controlPlane, proxy } = t.context
  const client = new ClusterClient(() => kubeConfigAt(controlPlane.kubeconfig, proxy.url))
  const cache = new LiveCache({ client, repository })
  const told: string[] = []
  const troubles: KindTrouble[] = []
  cache.onChange((change) => told.push(describe(change)))
  cache.onTrouble((trouble) => troubles.push(trouble))
  t.teardown(async () => {
    await cache[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
  })
  await cache.watch(kinds)
  return { cache, told, troubles }
}

function describe({ key, before, after }: LiveChange): string {
  if (after === undefined) return `-${key.name}`
  return `${before ? '~' : '+'}${key.name}=${Object.values(after.data ?? {})}`
}

const set = (writer: ClusterClient, object: LiveObject, value: string) =>
  writer.patch(configMaps, keyOf(object), [{ op: 'replace', path: '/data/value', value }])

const drop = (writer: ClusterClient, object: LiveObject) =>
  writer.delete(configMaps, keyOf(object), { uid: object.metadata.uid })

test.serial('the cache holds what is there and follows each change', async (t) => {
  const { writer } = t.context
  const a = await writer.create(configMaps, configMap('a', 'follow'))
  await writer.create(configMaps, configMap('b', 'another'))
  const { cache, told } = await watched(t, 'follow')
  t.deepEqual(told, ['+a=1'])
  t.true(cache.isWatched(configMaps))
  await set(writer, a, '2')
  const c = await writer.create(configMaps, configMap('c', 'follow'))
  await drop(writer, c)
  await until('the changes', () => told.length >= 4)
  t.deepEqual(told, ['+a=1', '~a=2', '+c=1', '-c'])
  t.deepEqual(
    [...cache.byInstallation('acme')].map(({ metadata }) => metadata.name),
    ['a'],
  )
  t.is(cache.get('/ConfigMap/default/a')?.metadata.managedFields, undefined)
})

test.serial('the answer of a write is in the cache at once, and told once', async (t) => {
  const { writer } = t.context
  const { cache, told } = await watched(t, 'answers')
  const created = await writer.create(configMaps, configMap('answer', 'answers'))
  cache.put(created)
  t.is(cache.get('/ConfigMap/default/answer')?.metadata.uid, created.metadata.uid)
  const patched = await set(writer, created, '2')
  cache.put(patched)
  cache.put(created)
  t.is(cache.get('/ConfigMap/default/answer')?.metadata.resourceVersion, patched.metadata.resourceVersion)
  await drop(writer, created)
  cache.remove(keyOf(created), created.metadata.uid)
  cache.put(patched)
  await writer.create(configMaps, configMap('last', 'answers'))
  await until('the last change', () => told.includes('+last=1'))
  t.deepEqual(told, ['+answer=1', '~answer=2', '-answer', '+last=1'])
})

test.serial('an object that loses the label is gone, and comes back with it', async (t) => {
  const { writer } = t.context
  const { told } = await watched(t, 'labels')
  const object = await writer.create(configMaps, configMap('labelled', 'labels'))
  const path = '/metadata/labels/reeve.dev~1repository'
  await writer.patch(configMaps, keyOf(object), [{ op: 'remove', path }])
  await writer.patch(configMaps, keyOf(object), [{ op: 'add', path, value: 'labels' }])
  await until('the changes', () => told.length >= 3)
  t.deepEqual(told, ['+labelled=1', '-labelled', '+labelled=1'])
})

test.serial('a line that breaks again and again loses no change', async (t) => {
  const { writer, proxy } = t.context
  const { told, troubles } = await watched(t, 'breaks')
  const expected: string[] = []
  for (let round = 0; round < 5; round++) {
    proxy.cut()
    const name = `round-${round}`
    const object = await writer.create(configMaps, configMap(name, 'breaks'))
    await set(writer, object, '2')
    await drop(writer, object)
    expected.push(`+${name}=1`, `~${name}=2`, `-${name}`)
    proxy.mend()
    await until(`the changes of ${name}`, () => told.length >= expected.length)
  }
  t.deepEqual(told, expected)
  t.deepEqual(troubles, [])
})

test.serial('after a long outage the trouble is named, and its end', async (t) => {
  const { writer, proxy } = t.context
  const { told, troubles, cache } = await watched(t, 'outage')
  proxy.cut()
  await until('the trouble', () => troubles.length === 1)
  t.is(cache.faultOf(configMaps)?.code, 'unavailable')
  t.true(cache.isWatched(configMaps))
  proxy.mend()
  await until('the end of the trouble', () => troubles.length === 2)
  t.is(cache.faultOf(configMaps), undefined)
  await writer.create(configMaps, configMap('after', 'outage'))
  await until('the change', () => told.includes('+after=1'))
  t.deepEqual(
    troubles.map(({ fault }) => fault?.code),
    ['unavailable', undefined],
  )
})

test.serial(
  'versions that the server has forgotten are listed anew, and only differences are told',
  async (t) => {
    const { controlPlane, writer, proxy } = t.context
    const [stays, changes, goes] = await Promise.all(
      ['stays', 'changes', 'goes'].map((name) => writer.create(configMaps, configMap(name, 'expired'))),
    )
    const { cache, told } = await watched(t, 'expired')
    if (!stays || !changes || !goes) return t.fail()
    told.length = 0
    proxy.cut()
    await set(writer, changes, '2')
    await drop(writer, goes)
    await writer.create(configMaps, configMap('comes', 'expired'))
    // What is in the server's watch cache is lost with it: older versions are then answered by 410.
    await controlPlane.stopApiServer()
    await controlPlane.startApiServer()
    const old = cache.get('/ConfigMap/default/stays')?.metadata.resourceVersion ?? ''
    const again = writer.watch(configMaps, { resourceVersion: old, timeoutSeconds: 1 })
    await t.throwsAsync(again.next(), { name: 'ApiError', message: /too old/ })
    proxy.mend()
    await until('the differences', () => told.length >= 3)
    t.deepEqual(told.sort(), ['+comes=1', '-goes', '~changes=2'])
    t.is(cache.size, 3)
  },
)

test.serial('an API server that stops and starts while it is watched loses no change', async (t) => {
  const { controlPlane, writer } = t.context
  const { told } = await watched(t, 'restart')
  const before = await writer.create(configMaps, configMap('before', 'restart'))
  await controlPlane.stopApiServer()
  await controlPlane.startApiServer()
  await set(writer, before, '2')
  const after = await writer.create(configMaps, configMap('after-restart', 'restart'))
  await drop(writer, after)
  await until('the last change', () => told.includes('~before=2') && told.includes('-after-restart'))
  t.deepEqual(told, ['+before=1', '~before=2', '+after-restart=1', '-after-restart'])
})

test.serial('a kind that goes from the cluster takes its objects with it, and can come back', async (t) => {
  const { controlPlane, writer } = t.context
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      names: { kind: 'Thing', plural: 'things' },
      scope: 'Namespaced',
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  }
  const create = async () => {
    await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd) })
    await controlPlane.kubectl(['wait', '--for=condition=Established', 'crd/things.example.com'])
    const thing = {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: configMap('thing', 'gone').metadata,
    }
    await until('the kind', () => writer.create(things, thing).catch(() => undefined))
  }
  await create()
  const { cache, told, troubles } = await watched(t, 'gone', [things])
  await controlPlane.kubectl(['delete', 'crd', 'things.example.com'])
  await until('the end of the watch', () => troubles.some(({ gone }) => gone))
  t.deepEqual(told, ['+thing=', '-thing'])
  t.is(cache.size, 0)
  t.false(cache.isWatched(things))
  await create()
  await cache.watch([things])
  t.true(cache.isWatched(things))
  t.is(cache.size, 1)
})

test.serial('a kind that is not served is not waited for', async (t) => {
  const { cache, troubles } = await watched(t, 'unserved', [
    { ...things, plural: 'nothings', kind: 'Nothing' },
  ])
  t.false(cache.isWatched({ group: 'example.com', kind: 'Nothing' }))
  t.is(troubles[0]?.gone, true)
})

test.serial(
  'a kind that may not be read is a fault, the others are watched, and so is it soon after it may be',
  async (t) => {
    const { controlPlane } = t.context
    await controlPlane.kubectl(['create', 'serviceaccount', 'limited'])
    await controlPlane.kubectl([
      'create',
      'clusterrole',
      'limited',
      '--verb=list,watch',
      '--resource=configmaps',
    ])
    const binding = ['--clusterrole=limited', '--serviceaccount=default:limited']
    await controlPlane.kubectl(['create', 'clusterrolebinding', 'limited', ...binding])
    const token = (await controlPlane.kubectl(['create', 'token', 'limited'])).stdout.trim()
    const client = new ClusterClient(async () => {
      const config = await loadKubeConfig(controlPlane.kubeconfig)
      config.users = config.users.map(({ name }) => ({ name, token }))
      return config
    })
    const cache = new LiveCache({ client, repository: 'limited' })
    t.teardown(async () => {
      await cache[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
    })
    const secrets = { ...configMaps, kind: 'Secret', plural: 'secrets' }
    await cache.watch([configMaps, secrets])
    t.true(cache.isWatched(configMaps))
    t.false(cache.isWatched(secrets))
    t.is(cache.faultOf(secrets)?.code, 'forbidden')
    t.regex(cache.faultOf(secrets)?.message ?? '', /Secret.*cannot list/)

    const more = ['create', 'clusterrole', 'more', '--verb=list,watch', '--resource=secrets']
    await controlPlane.kubectl(more)
    const granting = ['--clusterrole=more', '--serviceaccount=default:limited']
    await controlPlane.kubectl(['create', 'clusterrolebinding', 'more', ...granting])
    const isFollowed = () => cache.isWatched(secrets) && cache.faultOf(secrets) === undefined
    await t.notThrowsAsync(until('the kind to be listed and followed', isFollowed, 15_000))
  },
)

test.serial('a kind that is watched no more is forgotten', async (t) => {
  const { writer } = t.context
  await writer.create(configMaps, configMap('forgotten', 'stop'))
  const { cache, told } = await watched(t, 'stop')
  await cache.stop(configMaps)
  t.is(cache.size, 0)
  t.false(cache.isWatched(configMaps))
  t.deepEqual(told, ['+forgotten=1'])
})

test('what is to be watched after the end is refused, so that nobody waits for it', async (t) => {
  const client = new ClusterClient(() => loadKubeConfig(t.context.controlPlane.kubeconfig))
  const cache = new LiveCache({ client, repository: 'ended' })
  await cache.watch([configMaps])
  await cache[Symbol.asyncDispose]()
  await client[Symbol.asyncDispose]()
  await t.throwsAsync(cache.watch([things]), { name: 'AbortError' })
  t.false(cache.isWatched(things))
})
