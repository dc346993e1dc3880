import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { ApiError, ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { WatchEvent } from '../../../src/adapters/cluster/watch.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/schema.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { CONFIG_MAPS as configMaps } from '../../helpers/config-maps.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { slowLine } from '../../helpers/slow-line.ts'
import { kubeConfigAt, startTcpProxy } from './tcp-proxy.ts'

interface Context {
  controlPlane: ControlPlane
  client: ClusterClient
  warnings: string[]
}

const test = controlPlaneTest({}, (controlPlane) => {
  const warnings: string[] = []
  const onWarning = (warning: string) => warnings.push(warning)
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig), { onWarning })
  return { client, warnings }
})

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

const secrets: Resource = { ...configMaps, kind: 'Secret', plural: 'secrets' }
const namespaces: Resource = { ...configMaps, kind: 'Namespace', plural: 'namespaces', namespaced: false }

const configMap = (name: string, more: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { test: name } },
  data: { a: '1' },
  ...more,
})

const guard = (object: LiveObject) =>
  [
    { op: 'test', path: '/metadata/uid', value: object.metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
  ] as const

async function refusal(
  t: { throwsAsync: (p: Promise<unknown>) => Promise<unknown> },
  call: Promise<unknown>,
) {
  const error = await t.throwsAsync(call)
  if (!(error instanceof ApiError)) throw error
  return error
}

test('an object is created, read, patched and deleted', async (t) => {
  const { client } = t.context
  const created = await client.create(configMaps, configMap('life'))
  const key = keyOf(created)
  t.is((await client.get(configMaps, key))?.metadata.uid, created.metadata.uid)
  const patched = await client.patch(configMaps, key, [
    ...guard(created),
    { op: 'replace', path: '/data/a', value: '2' },
  ])
  t.deepEqual(patched.data, { a: '2' })
  t.is(created.metadata.managedFields?.[0]?.manager, 'reeve')
  t.is(await client.delete(configMaps, key, { uid: created.metadata.uid }), undefined)
  t.is(await client.get(configMaps, key), undefined)
})

test('cluster-scoped objects have no namespace in their path', async (t) => {
  const { client } = t.context
  const created = await client.create(namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'eu' },
  })
  t.is((await client.get(namespaces, keyOf(created)))?.metadata.uid, created.metadata.uid)
})

test('a dry run changes nothing', async (t) => {
  const { client } = t.context
  const created = await client.create(configMaps, configMap('dry'), { dryRun: true })
  t.is(await client.get(configMaps, keyOf(created)), undefined)
})

test('a patch made for another version of the object is refused with 422', async (t) => {
  const { client } = t.context
  const created = await client.create(configMaps, configMap('guarded'))
  const change = { op: 'replace', path: '/data/a', value: '2' } as const
  await client.patch(configMaps, keyOf(created), [...guard(created), change])
  const error = await refusal(t, client.patch(configMaps, keyOf(created), [...guard(created), change]))
  t.is(error.code, 422)
})

test('only the object of the given uid is deleted', async (t) => {
  const { client } = t.context
  const created = await client.create(configMaps, configMap('precious'))
  const error = await refusal(t, client.delete(configMaps, keyOf(created), { uid: 'another' }))
  t.is(error.code, 409)
  t.truthy(await client.get(configMaps, keyOf(created)))
})

test('an object with a finalizer is handed back by its deletion', async (t) => {
  const { client } = t.context
  const metadata = { name: 'held', namespace: 'default', finalizers: ['example.com/hold'] }
  const created = await client.create(configMaps, configMap('held', { metadata }))
  const going = await client.delete(configMaps, keyOf(created), { uid: created.metadata.uid })
  t.truthy(going?.metadata.deletionTimestamp)
})

test('an unknown field is refused at creation, by its path', async (t) => {
  const object = configMap('strict', { spec: { replicas: 1 } })
  const error = await refusal(t, t.context.client.create(configMaps, object))
  t.is(error.code, 400)
  t.regex(error.message, /strict decoding error: unknown field "spec"/)
})

test('an unknown field is refused in a patch, without the whole object in the message', async (t) => {
  const { client } = t.context
  const created = await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'strict', namespace: 'default' },
    stringData: { password: 'hunter2' },
  })
  const error = await refusal(
    t,
    client.patch(secrets, keyOf(created), [{ op: 'add', path: '/oops', value: 'x' }]),
  )
  t.is(error.code, 422)
  t.regex(error.message, /unknown field "oops"/)
  t.notRegex(JSON.stringify([error.message, error.causes]), /aHVudGVyMg|hunter2/)
})

test('what is invalid is told by field', async (t) => {
  const error = await refusal(t, t.context.client.create(configMaps, configMap('Not_A_Name')))
  t.is(error.code, 422)
  t.is(error.reason, 'Invalid')
  t.is(error.causes[0]?.field, 'metadata.name')
})

test('an object that exists is a 409 of reason AlreadyExists', async (t) => {
  const { client } = t.context
  await client.create(configMaps, configMap('twice'))
  t.like(await refusal(t, client.create(configMaps, configMap('twice'))), {
    code: 409,
    reason: 'AlreadyExists',
  })
})

test('a kind that is not served is a 404, not a missing object', async (t) => {
  const unknown = { ...configMaps, group: 'example.com', plural: 'things', kind: 'Thing' }
  const key = { group: 'example.com', kind: 'Thing', namespace: 'default', name: 'x' }
  t.is((await refusal(t, t.context.client.get(unknown, key))).code, 404)
})

test('keys such as __proto__ are data like any other', async (t) => {
  const { client } = t.context
  const data = JSON.parse('{"__proto__":"a","constructor":"b"}')
  const created = await client.create(configMaps, configMap('proto', { data }))
  t.deepEqual(Object.entries(created.data ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  t.is(Reflect.get({}, 'a'), undefined)
})

test('who may forbid writes is asked before each try, but neither for reads nor for dry runs', async (t) => {
  const { controlPlane } = t.context
  const answers = [new ConnectionError('not now', undefined), undefined, new RangeError('never')]
  let asked = 0
  const beforeWrite = async () => {
    const answer = answers[asked++]
    if (answer) throw answer
  }
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig), { beforeWrite })
  t.teardown(() => client[Symbol.asyncDispose]())
  const created = await client.create(configMaps, configMap('asked'))
  t.is(asked, 2, 'what may pass is tried again')
  const key = keyOf(created)
  await t.throwsAsync(client.delete(configMaps, key, { uid: created.metadata.uid }), { message: 'never' })
  t.truthy(await client.get(configMaps, key))
  await client.create(configMaps, configMap('asked-not'), { dryRun: true })
  t.is(asked, 3)
})

test('warnings of the API server are handed on', async (t) => {
  const { client, warnings } = t.context
  await client.create(
    { ...configMaps, kind: 'Endpoints', plural: 'endpoints' },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'old', namespace: 'default' },
    },
  )
  t.true(
    warnings.some((warning) => /Endpoints is deprecated/.test(warning)),
    warnings.join('\n'),
  )
})

test('a list is read page by page, complete, each item with apiVersion and kind', async (t) => {
  const { client } = t.context
  const labels = { page: 'yes' }
  const names = Array.from({ length: 23 }, (_, i) => `page-${i}`)
  await Promise.all(
    names.map((name) =>
      client.create(configMaps, configMap(name, { metadata: { name, namespace: 'default', labels } })),
    ),
  )
  const list = await client.list(configMaps, { labelSelector: 'page=yes', limit: 5 })
  t.deepEqual(list.items.map(({ metadata }) => metadata.name).sort(), names.sort())
  t.true(list.items.every(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'ConfigMap'))
  const brief = await client.list(configMaps, { labelSelector: 'page=yes', metadataOnly: true })
  t.true(
    brief.items.every(
      (item) => item.kind === 'ConfigMap' && item.data === undefined && item.metadata.uid !== '',
    ),
  )
})

test('a watch tells every change after its resourceVersion, and ends when its time is up', async (t) => {
  const { client } = t.context
  const { resourceVersion } = await client.list(configMaps)
  const created = await client.create(configMaps, configMap('watched'))
  await client.patch(configMaps, keyOf(created), [{ op: 'replace', path: '/data/a', value: '2' }])
  await client.delete(configMaps, keyOf(created), { uid: created.metadata.uid })
  const events: WatchEvent[] = []
  const options = { resourceVersion, labelSelector: 'test=watched', timeoutSeconds: 4 }
  for await (const event of client.watch(configMaps, options)) events.push(event)
  t.deepEqual(
    events.slice(0, 4).map((event) => event.type),
    ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'],
  )
})

test('a watch ends with its signal', async (t) => {
  const { client } = t.context
  const abort = new AbortController()
  const { resourceVersion } = await client.list(configMaps)
  const next = client
    .watch(configMaps, { resourceVersion, labelSelector: 'test=nobody', signal: abort.signal })
    .next()
  setTimeout(() => abort.abort(), 50)
  await t.throwsAsync(next, { name: 'AbortError' })
})

test('a watch that stays silent for too long counts as broken', async (t) => {
  const { client } = t.context
  const { resourceVersion } = await client.list(configMaps)
  const options = { resourceVersion, labelSelector: 'test=nobody', silence: 1_000 }
  const error = await t.throwsAsync(client.watch(configMaps, options).next(), { instanceOf: ConnectionError })
  t.is(error instanceof ConnectionError && error.code, 'UND_ERR_BODY_TIMEOUT')
})

test('a client that is closed tries nothing again', async (t) => {
  const client = new ClusterClient(() =>
    kubeConfigAt(t.context.controlPlane.kubeconfig, 'https://127.0.0.1:1'),
  )
  const waiting = client.list(configMaps)
  setTimeout(() => client[Symbol.asyncDispose](), 200)
  await t.throwsAsync(waiting, { name: 'AbortError' })
  await t.throwsAsync(client.list(configMaps), { name: 'AbortError' })
})

test('connections are kept: few are made for many writes', async (t) => {
  const { controlPlane } = t.context
  const proxy = await startTcpProxy(controlPlane.server)
  const client = new ClusterClient(() => kubeConfigAt(controlPlane.kubeconfig, proxy.url), { inFlight: 4 })
  t.teardown(async () => {
    await client[Symbol.asyncDispose]()
    await proxy.close()
  })
  await Promise.all(Array.from({ length: 40 }, (_, i) => client.create(configMaps, configMap(`flight-${i}`))))
  // One whose answer was read a moment ago may not be free yet.
  t.true(proxy.connections() < 10, `${proxy.connections()} connections`)
})

test('a connection that breaks in the middle is no error while there is time to try again', async (t) => {
  const { controlPlane } = t.context
  const proxy = await startTcpProxy(controlPlane.server)
  const client = new ClusterClient(() => kubeConfigAt(controlPlane.kubeconfig, proxy.url))
  t.teardown(async () => {
    await client[Symbol.asyncDispose]()
    await proxy.close()
  })
  await client.list(configMaps)
  proxy.cut()
  setTimeout(() => proxy.mend(), 300)
  t.truthy(await client.list(configMaps))
})

test('an API server that cannot be reached is a ConnectionError after the deadline', async (t) => {
  const { kubeconfig } = t.context.controlPlane
  const client = new ClusterClient(() => kubeConfigAt(kubeconfig, 'https://127.0.0.1:1'), { deadline: 300 })
  t.teardown(() => client[Symbol.asyncDispose]())
  const error = await t.throwsAsync(client.get(configMaps, keyOf(configMap('x'))), {
    instanceOf: ConnectionError,
  })
  t.is(error instanceof ConnectionError && error.code, 'ECONNREFUSED')
})

test('an answer without a name is an error that says so', async (t) => {
  const { client } = t.context
  const reviews: Resource = {
    ...configMaps,
    group: 'authorization.k8s.io',
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    namespaced: false,
    verbs: ['create'],
  }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    metadata: {},
    spec: { namespace: 'default' },
  }
  const answer = await refusal(t, client.create(reviews, review as unknown as KubernetesObject))
  t.is(answer.code, 200)
  t.regex(answer.message, /^POST \/apis\/authorization.k8s.io\/.*: the answer is not a named object$/)
})

test('what something in between answers in the place of the API server is never taken for an object', async (t) => {
  const client = await answering(t, 200, '<html>Sign in</html>')
  const key = keyOf(configMap('a'))
  for (const call of [
    () => client.get(configMaps, key),
    () => client.list(configMaps),
    () => client.create(configMaps, configMap('a')),
    () => client.delete(configMaps, key, { uid: 'a' }),
    () => new Discovery(client).kinds(),
  ]) {
    const error = await t.throwsAsync(call())
    t.true(error instanceof ConnectionError, String(error))
    t.regex(error?.message ?? '', /the answer is not JSON$/)
  }
})

test('lists and watches leave out what has no name', async (t) => {
  const list = { kind: 'List', items: [{ spec: {} }, null, { metadata: { name: 'a' } }] }
  const client = await answering(t, 200, JSON.stringify(list))
  const { items } = await client.list(configMaps)
  t.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['a'],
  )
})

test('a 404 that is no Status is an error, not a missing object', async (t) => {
  const client = await answering(t, 404, '404 page not found\n')
  const key = keyOf(configMap('a'))
  const error = await refusal(t, client.get(configMaps, key))
  t.is(error.code, 404)
  t.is(error.message, 'HTTP status 404 (404 page not found)')
})

/** A client of a server that gives the same answer to everything. */
async function answering(t: ExecutionContext<Context>, code: number, body: string): Promise<ClusterClient> {
  const server = createServer((_, response) => response.writeHead(code).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { kubeconfig } = t.context.controlPlane
  const load = () => kubeConfigAt(kubeconfig, `http://127.0.0.1:${port}`)
  const client = new ClusterClient(load, { deadline: 0 })
  t.teardown(async () => {
    await client[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
  })
  return client
}

/** A client behind a line that can be made slow, impatient and without further tries. */
async function slowClient(controlPlane: ControlPlane, limits: { headersMs?: number; answerMs?: number }) {
  const stack = new AsyncDisposableStack()
  const { clusters } = await loadKubeConfig(controlPlane.kubeconfig)
  const line = stack.use(await slowLine(clusters[0]?.server ?? ''))
  const load = () => kubeConfigAt(controlPlane.kubeconfig, line.url)
  const client = new ClusterClient(load, { deadline: 0, limits })
  stack.defer(() => client[Symbol.asyncDispose]())
  return { client, line, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('an answer whose headers trickle is given up, and the next request is answered', async (t) => {
  await using slow = await slowClient(t.context.controlPlane, { headersMs: 2_000 })
  const { client, line } = slow
  await client.raw('GET', '/version')
  line.slowDown({ bytes: 1, everyMs: 100 })
  const error = await t.throwsAsync(client.create(configMaps, configMap('slow-headers')), {
    instanceOf: ConnectionError,
  })
  t.regex(error?.message ?? '', /Timeout Error/)
  line.slowDown(undefined)
  t.truthy(await client.raw('GET', '/version'))
})

test('an API server that reads a request slowly is given up', async (t) => {
  await using slow = await slowClient(t.context.controlPlane, { headersMs: 2_000 })
  const { client, line } = slow
  await client.raw('GET', '/version')
  line.slowUp({ bytes: 1, everyMs: 100 })
  await t.throwsAsync(client.create(configMaps, configMap('slow-request')), { instanceOf: ConnectionError })
})

/** A server that sends a byte of its answer now and then, for ever. */
async function trickling(kubeconfig: string, start: string, code = 200) {
  const server = createServer(async (_, response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).write(start)
    while (!response.destroyed) {
      response.write(' ')
      await sleep(50)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new ClusterClient(() => kubeConfigAt(kubeconfig, url), {
    deadline: 0,
    limits: { answerMs: 1_000 },
  })
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
    },
  }
}

test('an answer that trickles is given up, whatever was asked', async (t) => {
  await using trickle = await trickling(t.context.controlPlane.kubeconfig, '{')
  const { client } = trickle
  const object = {
    ...configMap('slow'),
    metadata: { name: 'slow', namespace: 'default', uid: 'x', resourceVersion: '1' },
  }
  const asked: readonly (() => Promise<unknown>)[] = [
    () => client.list(configMaps),
    () => client.create(configMaps, configMap('slow')),
    () => client.patch(configMaps, keyOf(object), []),
    () => client.delete(configMaps, keyOf(object), { uid: 'x' }),
    () => client.get(configMaps, keyOf(object)),
    () => client.raw('GET', '/openapi/v3'),
  ]
  for (const ask of asked) {
    const error = await t.throwsAsync(ask, { instanceOf: ConnectionError })
    t.regex(error?.message ?? '', /the answer took longer than 1 s/)
  }
})

for (const code of [401, 500]) {
  test(`a refusal of code ${code} that trickles is given up`, async (t) => {
    await using trickle = await trickling(t.context.controlPlane.kubeconfig, '{', code)
    await t.throwsAsync(trickle.client.list(configMaps), { instanceOf: ConnectionError })
  })
}

test('a watch whose event never comes to its end is given up, and has no other time', async (t) => {
  const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } }
  const start = `${JSON.stringify(bookmark)}\n{"type":`
  await using trickle = await trickling(t.context.controlPlane.kubeconfig, start)
  const events: WatchEvent[] = []
  const error = await t.throwsAsync(
    async () => {
      for await (const event of trickle.client.watch(configMaps, { resourceVersion: '1', silence: 1_500 }))
        events.push(event)
    },
    { instanceOf: ConnectionError },
  )
  t.deepEqual(events, [{ type: 'BOOKMARK', resourceVersion: '7' }])
  t.regex(error?.message ?? '', /no event for 1\.5 s/)
})
