import anyTest, { type TestFn } from 'ava'
import type { ChartReference } from '../../../src/model/template.ts'
import { type OciRegistry, startOciRegistry } from '../../helpers/oci-registry/oci-registry.ts'
import { packageChart } from './package-chart.ts'
import { filesOf, problemOf, scene } from './scene.ts'

const test = anyTest as TestFn<{ readonly registry: OciRegistry }>
const chartOf = (version: string) => ({ 'Chart.yaml': `name: chat\nversion: ${version}\n` })

test.before(async (t) => {
  t.timeout(600_000, 'building the registry')
  t.context = { registry: await startOciRegistry() }
})

test.after.always(({ context }) => context.registry?.[Symbol.asyncDispose]())

const reference = (
  repository: string,
  version: string,
  digest?: string,
): { readonly chart: ChartReference } => ({
  chart: { repository: `oci://${repository}`, name: 'chat', version, ...(digest && { digest }) },
})

test('a chart of a real registry comes by its version, in which the tag has _ for +', async (t) => {
  const { registry } = t.context
  const { layer } = await registry.push(
    'team/charts/chat',
    '1.0.0_build.1',
    packageChart(chartOf('1.0.0+build.1')),
  )
  const s = await scene(t)
  const files = await filesOf(s.open(), reference(`${registry.host}/team/charts`, '1.0.0+build.1'))
  t.deepEqual(files, chartOf('1.0.0+build.1'))
  t.is(s.notes.find(({ message }) => message === 'chart available')?.fields.digest, layer)
})

test('a pinned package comes whatever the tag says now', async (t) => {
  const { registry } = t.context
  const { layer } = await registry.push('pinned/chat', '1.0.0', packageChart(chartOf('1.0.0')))
  await registry.push('pinned/chat', '1.0.0', packageChart(chartOf('1.0.0-other')))
  const s = await scene(t)
  const files = await filesOf(s.open(), reference(`${registry.host}/pinned`, '1.0.0', layer))
  t.deepEqual(files, chartOf('1.0.0'))
})

test('a digest of something else is a fault that says which one is meant', async (t) => {
  const { registry } = t.context
  const { layer, manifest } = await registry.push('wrong/chat', '1.0.0', packageChart(chartOf('1.0.0')))
  const s = await scene(t)
  for (const [digest, why] of [
    [manifest, `${manifest} is the digest of the manifest`],
    [`sha256:${'0'.repeat(64)}`, `Git says sha256:${'0'.repeat(64)}`],
  ] as const) {
    const [code, message] = await problemOf(s.open(), reference(`${registry.host}/wrong`, '1.0.0', digest))
    t.is(code, 'template-digest')
    t.true(message.endsWith(`wrong/chat:1.0.0 has the digest ${layer}; ${why}`), message)
  }
})

test('a version that is not there, and what is no chart, are faults', async (t) => {
  const { registry } = t.context
  await registry.push('some/chat', '1.1.0', packageChart(chartOf('1.1.0')))
  await registry.push('some/chat', '2.0.0', Buffer.from('x'), 'application/vnd.oci.image.layer.v1.tar')
  const s = await scene(t)
  const missing = await problemOf(s.open(), reference(`${registry.host}/some`, '1.0.0'))
  t.is(missing[0], 'unknown-template')
  t.regex(missing[1], /some\/chat:1\.0\.0 not found; nearest versions: 2\.0\.0, 1\.1\.0$/)
  t.regex((await problemOf(s.open(), reference(`${registry.host}/some`, '2.0.0')))[1], /is not a Helm chart$/)
  t.regex(
    (await problemOf(s.open(), reference(`${registry.host}/No Name`, '1.0.0')))[1],
    /not a valid name in a registry/,
  )
})

test('a registry that wants a token gives one to anybody', async (t) => {
  const { registry } = t.context
  const { layer } = await registry.push('token/chat', '1.0.0', packageChart(chartOf('1.0.0')))
  const s = await scene(t)
  s.replies.set('/token?service=here&scope=repository%3Atoken%2Fchat%3Apull', '{"token":"abc"}')
  const tokens: (string | undefined)[] = []
  const guarded = async (path: string) => {
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' }
    const bytes = Buffer.from(
      await (await fetch(`http://${registry.host}${path}`, { headers })).arrayBuffer(),
    )
    s.replies.set(path, (request, response) => {
      tokens.push(request.headers.authorization)
      const scope = 'repository:token/chat:pull'
      const challenge = `Bearer realm="${s.url}/token",service="here",scope="${scope}"`
      if (request.headers.authorization === 'Bearer abc') response.end(bytes)
      else response.writeHead(401, { 'www-authenticate': challenge }).end()
    })
  }
  await guarded('/v2/token/chat/manifests/1.0.0')
  await guarded(`/v2/token/chat/blobs/${layer}`)
  const host = s.url.slice('http://'.length)
  t.deepEqual(await filesOf(s.open(), reference(`${host}/token`, '1.0.0')), chartOf('1.0.0'))
  t.deepEqual(tokens, [undefined, 'Bearer abc', 'Bearer abc'])
})

test('a token is sent to nobody else, and a registry that refuses everybody is a fault', async (t) => {
  const [s, other] = [await scene(t), await scene(t)]
  const sent: (string | undefined)[] = []
  other.replies.set('/blob', (request, response) => {
    sent.push(request.headers.authorization)
    response.end(packageChart(chartOf('1.0.0')))
  })
  const digest = `sha256:${'1'.repeat(64)}`
  s.replies.set('/token', '{"access_token":"abc"}')
  s.replies.set(`/v2/charts/chat/blobs/${digest}`, (request, response) =>
    request.headers.authorization
      ? response.writeHead(307, { location: `${other.url}/blob` }).end()
      : response.writeHead(401, { 'www-authenticate': `Bearer realm="${s.url}/token"` }).end(),
  )
  const host = s.url.slice('http://'.length)
  t.is((await problemOf(s.open(), reference(`${host}/charts`, '1.0.0', digest)))[0], 'template-digest')
  t.deepEqual(sent, [undefined])
  s.replies.set('/token', (_, response) => response.writeHead(403).end())
  t.is((await problemOf(s.open(), reference(`${host}/charts`, '1.0.0', digest)))[0], 'template-unavailable')
})
