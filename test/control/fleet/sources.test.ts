import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { LiveObject } from '../../../src/model/object.ts'
import { startGitServer } from '../../../src/sandbox/git-server.ts'
import { workingCopy } from '../../../src/sandbox/working-copy.ts'
import { packageChart } from '../../adapters/source/package-chart.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Recorded, startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'

const test = controlPlaneTest()

const dataOf = (object: LiveObject) => object.data as Record<string, string>

const MANIFEST = [
  'apiVersion: v1',
  'kind: ConfigMap',
  'metadata: {name: "${installation.name}"}',
  'data: {color: "${values.color}"}',
  '',
].join('\n')

const installation = (name: string, template: object, color: string) => ({
  [`fleet/${name}.yaml`]: JSON.stringify({
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Installation',
    metadata: { name },
    spec: { template, values: { color } },
  }),
})

test('an installation is made from a template of another repository, at exactly its commit', async (t) => {
  const { controlPlane } = t.context
  const server = await startGitServer()
  t.teardown(() => server.close())
  await server.config('uploadpack.allowReachableSHA1InWant', 'true')
  await using work = await workingCopy(server)
  await work.write('chat/web.yaml', MANIFEST)
  const commit = await work.commit('Template')
  await work.write('chat/web.yaml', 'kind: [\n')
  await work.commit('Break it')
  await work.push()
  await using fleet = await startFleet(controlPlane, { name: 'elsewhere' })
  const template = { path: 'chat', git: { url: server.url, commit } }
  await fleet.push({ ...installation('a', template, 'blue'), ...installation('b', template, 'red') })
  const first = await fleet.sync()
  t.is(first.code, 0, first.stderr)
  t.like(await live(controlPlane, 'default', 'configmap/a'), { data: { color: 'blue' } })
  await server.stop()
  await fleet.push(installation('a', template, 'green'))
  const second = await fleet.sync()
  t.is(second.code, 0, second.stderr)
  t.like(await live(controlPlane, 'default', 'configmap/a'), { data: { color: 'green' } })
})

test('a template that cannot be had concerns its installations only, and is tried again by itself', async (t) => {
  const { controlPlane } = t.context
  const charts = createServer((request, response) => {
    if (!isThere) return response.writeHead(503).end()
    if (request.url?.endsWith('index.yaml'))
      return response.end('entries: {chat: [{version: 1.0.0, urls: [chat.tgz]}]}')
    return response.end(packageChart({ 'web.yaml': MANIFEST }))
  }).listen(0, '127.0.0.1')
  let isThere = false
  t.teardown(() => charts.close().closeAllConnections())
  await new Promise((resolve) => charts.once('listening', resolve))
  const { port } = charts.address() as AddressInfo
  const chart = { repository: `http://127.0.0.1:${port}`, name: 'chat', version: '1.0.0' }
  await using fleet = await startFleet(controlPlane, { name: 'away' })
  await fleet.push({
    ...installation('far', { chart }, 'blue'),
    'near/web.yaml': MANIFEST.replaceAll(/\$\{.*?\}/g, 'near'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('near', ({ state }) => state === 'healthy')
  const away = await fleet.recorded('far', ({ state }) => state === 'invalid')
  t.regex(JSON.stringify(away), /template-unavailable.*HTTP status 503/)
  isThere = true
  await fleet.recorded('far', ({ state }) => state === 'healthy', 90_000)
  t.like(await live(controlPlane, 'default', 'configmap/far'), { data: { color: 'blue' } })
  t.is(reeve.log.filter(({ msg }) => msg === 'new commit').length, 1)
})

test('a template source that never answers holds its own installation only, also after a restart', async (t) => {
  const { controlPlane } = t.context
  const sockets = new Set<Socket>()
  const silent = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = silent.address() as AddressInfo
  const chart = { repository: `http://127.0.0.1:${port}`, name: 'chat', version: '1.0.0' }
  const near = (color: string) => ({
    'near/web.yaml': MANIFEST.replaceAll(/\$\{.*?\}/g, 'near-by').replace(
      'color: "near-by"',
      `color: ${color}`,
    ),
  })
  await using fleet = await startFleet(controlPlane, { name: 'silent' })
  await fleet.push({
    ...installation('silent', { path: 'templates/chat' }, 'blue'),
    'templates/chat/web.yaml': MANIFEST,
    ...near('red'),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ ...installation('silent', { chart }, 'green'), ...near('green') })
  const isBlue = (object: LiveObject) => dataOf(object).color === 'blue'
  const heals = async () => {
    await kubectl(controlPlane, 'delete', 'configmap', 'silent')
    await liveWhen(controlPlane, 'default', 'configmap/silent', isBlue)
  }
  const running = fleet.run()
  t.teardown(() => running[Symbol.asyncDispose]())
  await running.logged('patched', ({ object }) => object === 'ConfigMap default/near-by')
  t.false(
    running.log.some(({ code }) => code === 'template-unavailable'),
    'it is still being waited for',
  )
  const record = await fleet.recorded('silent', ({ problems }) => problems.length > 0)
  t.like(record.problems, [{ code: 'still-rendering', file: 'fleet/silent.yaml' }])
  t.regex(record.problems[0]?.message ?? '', /chart chat 1\.0\.0, since \d{4}-/)

  const began = performance.now()
  await fleet.push(near('blue'))
  await liveWhen(controlPlane, 'default', 'configmap/near-by', isBlue)
  t.log(`live after ${Math.round(performance.now() - began)} ms`)
  await heals()
  t.is(running.log.filter(({ code }) => code === 'still-rendering').length, 1)
  await running[Symbol.asyncDispose]()

  await using again = fleet.run()
  await again.logged('installation not rendered yet')
  await heals()
  t.is((await fleet.record('silent'))?.applied?.length, 40)
  const isAway = ({ problems }: Recorded) => problems[0]?.code === 'template-unavailable'
  const failed = await fleet.recorded('silent', isAway, 120_000)
  t.is(failed.applied?.length, 40)
  t.true(sockets.size > 0)
})

test('a dependency of a chart that cannot be had keeps what runs, and is tried again by itself', async (t) => {
  const { controlPlane } = t.context
  const subchart = packageChart({
    'Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
    'templates/a.yaml': MANIFEST.replace('${installation.name}', 'dependent').replace(
      '${values.color}',
      '{{ .Values.color }}',
    ),
  })
  const charts = createServer((request, response) => {
    if (!isThere) return response.writeHead(503).end()
    if (request.url?.endsWith('index.yaml'))
      return response.end('entries: {chat: [{version: 1.0.0, urls: [chat.tgz]}]}')
    return response.end(subchart)
  }).listen(0, '127.0.0.1')
  let isThere = false
  t.teardown(() => charts.close().closeAllConnections())
  await once(charts, 'listening')
  const { port } = charts.address() as AddressInfo
  const umbrella = (dependencies: string, color: string) => ({
    'charts/umbrella/Chart.yaml': `apiVersion: v2\nname: umbrella\nversion: 1.0.0\n${dependencies}`,
    'charts/umbrella/values.yaml': `chat: {color: ${color}}\n`,
    'charts/umbrella/templates/own.yaml': MANIFEST.replace('${installation.name}', 'own').replace(
      '${values.color}',
      color,
    ),
    ...installation('umbrella', { path: 'charts/umbrella' }, 'none'),
  })
  await using fleet = await startFleet(controlPlane, { name: 'dependent' })
  await fleet.push(umbrella('', 'blue'))
  await using reeve = fleet.run()
  await fleet.recorded('umbrella', ({ state }) => state === 'healthy')
  await fleet.push(
    umbrella(`dependencies: [{name: chat, version: 1.0.0, repository: "http://127.0.0.1:${port}"}]\n`, 'red'),
  )
  const away = await fleet.recorded(
    'umbrella',
    ({ problems }) => problems[0]?.code === 'template-unavailable',
  )
  t.like(away.problems, [{ file: 'charts/umbrella/Chart.yaml', line: 4 }])
  t.like(await live(controlPlane, 'default', 'configmap/own'), { data: { color: 'blue' } })
  isThere = true
  await fleet.recorded(
    'umbrella',
    ({ state, problems }) => state === 'healthy' && problems.length === 0,
    90_000,
  )
  t.like(await live(controlPlane, 'default', 'configmap/own'), { data: { color: 'red' } })
  t.like(await live(controlPlane, 'default', 'configmap/dependent'), { data: { color: 'red' } })
  t.is(reeve.log.filter(({ msg }) => msg === 'new commit').length, 2)
})

test('a base of another repository that is away keeps what runs, and is tried again by itself', async (t) => {
  const { controlPlane } = t.context
  const server = await startGitServer()
  t.teardown(() => server.close())
  await server.config('uploadpack.allowReachableSHA1InWant', 'true')
  await using work = await workingCopy(server)
  const map = (name: string, color: string) =>
    MANIFEST.replace('${installation.name}', name).replace('${values.color}', color)
  await work.write('web/kustomization.yaml', 'resources: [web.yaml]\n')
  await work.write('web/web.yaml', map('remote-base', 'red'))
  const commit = await work.commit('Base')
  await work.push()
  const overlay = (color: string, ...more: readonly string[]) => ({
    'shop/kustomization.yaml': `resources:\n${['own.yaml', ...more].map((each) => `- ${each}\n`).join('')}`,
    'shop/own.yaml': map('shop-own', color),
  })
  await using fleet = await startFleet(controlPlane, { name: 'remote-base' })
  await fleet.push({ ...overlay('blue'), 'near/web.yaml': map('remote-near', 'blue') })
  await using reeve = fleet.run('--remote-bases', new URL(server.url).host)
  await fleet.recorded('shop', ({ state }) => state === 'healthy')
  await server.stop()
  await fleet.push({
    ...overlay('red', `${server.url}//web?ref=${commit}`),
    'near/web.yaml': map('remote-near', 'red'),
  })
  const away = await fleet.recorded('shop', ({ problems }) => problems[0]?.code === 'template-unavailable')
  t.like(away.problems, [{ file: 'shop/kustomization.yaml', line: 3 }])
  await liveWhen(controlPlane, 'default', 'configmap/remote-near', (object) => dataOf(object).color === 'red')
  t.like(await live(controlPlane, 'default', 'configmap/shop-own'), { data: { color: 'blue' } })
  await server.start()
  await fleet.recorded('shop', ({ state, problems }) => state === 'healthy' && problems.length === 0, 90_000)
  t.like(await live(controlPlane, 'default', 'configmap/shop-own'), { data: { color: 'red' } })
  t.like(await live(controlPlane, 'default', 'configmap/remote-base'), { data: { color: 'red' } })
  t.is(reeve.log.filter(({ msg }) => msg === 'new commit').length, 2)
})
