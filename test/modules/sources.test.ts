import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import anyTest, { type TestFn } from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/demo/control-plane.ts'
import { startGitServer } from '../../src/demo/git-server.ts'
import { workingCopy } from '../../src/demo/working-copy.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live } from '../helpers/live.ts'
import { packageChart } from '../source/package-chart.ts'

const test = anyTest as TestFn<{ readonly controlPlane: ControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane() }
})

test.after.always(({ context }) => context.controlPlane?.stop())

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

test('a template that can not be had concerns its installations only, and is tried again by itself', async (t) => {
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
