import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { digestOf } from '../../../src/adapters/source/charts/digest.ts'
import { budgetsFor } from '../../../src/model/budgets.ts'
import type { ChartReference } from '../../../src/model/template.ts'
import { until } from '../../helpers/until.ts'
import { packageChart, tarOf } from './package-chart.ts'
import { filesOf, problemOf, type Reply, type Scene, scene } from './scene.ts'

const CHART = { 'Chart.yaml': 'name: chat\nversion: 1.0.0\n', 'templates/web.yaml': 'kind: ConfigMap\n' }
const PACKAGE = packageChart(CHART)
const DIGEST = digestOf(PACKAGE)

/** An index.yaml with these versions of the chart `chat`. */
function indexOf(versions: readonly string[], more = '', url = 'charts/chat-VERSION.tgz'): string {
  const entries = versions.map(
    (version) => `  - version: ${version}\n    urls: ['${url.replace('VERSION', version)}']\n${more}`,
  )
  return `apiVersion: v1\nentries:\n  chat:\n${entries.join('')}`
}

const chart = ({ url }: Scene, more: Partial<ChartReference> = {}) => ({
  chart: { repository: `${url}/repo`, name: 'chat', version: '1.0.0', ...more },
})

/** A chart repository with one version. */
function serve({ replies }: Scene, bytes: Reply = PACKAGE, index: Reply = indexOf(['1.0.0'])): void {
  replies.set('/repo/index.yaml', index)
  replies.set('/repo/charts/chat-1.0.0.tgz', bytes)
}

test('a chart of a repository comes with its files, without the directory around them', async (t) => {
  const s = await scene(t)
  serve(s)
  const sources = s.open()
  t.deepEqual(await filesOf(sources, chart(s)), CHART)
  t.deepEqual(await filesOf(sources, chart(s)), CHART)
  t.deepEqual(s.asked, ['/repo/index.yaml', '/repo/charts/chat-1.0.0.tgz'])
  t.is(s.notes.find(({ message }) => message === 'chart available')?.fields.digest, DIGEST)
})

test('a package may be anywhere, and its index may be JSON', async (t) => {
  const s = await scene(t)
  const urls = [`${s.url}/elsewhere/chat.tgz`]
  serve(s, '', JSON.stringify({ entries: { chat: [{ version: '1.0.0', urls, digest: DIGEST.slice(7) }] } }))
  s.replies.set('/elsewhere/chat.tgz', PACKAGE)
  t.deepEqual(await filesOf(s.open(), chart(s)), CHART)
})

test('a package that was here needs no network after a restart', async (t) => {
  const s = await scene(t)
  serve(s)
  await filesOf(s.open(), chart(s))
  await s.server.stop()
  t.deepEqual(await filesOf(s.open(), chart(s, { digest: DIGEST })), CHART)
  t.deepEqual(await filesOf(s.open(), chart(s)), CHART)
  t.truthy(
    s.notes.find(
      ({ message }) => message === 'chart source unavailable; continuing with the last downloaded chart',
    ),
  )
})

test('a package that was changed on disk is fetched again', async (t) => {
  const s = await scene(t)
  serve(s)
  await filesOf(s.open(), chart(s))
  const packages = join(s.directory, 'packages')
  const [name = ''] = await readdir(packages)
  await writeFile(join(packages, name), packageChart({ 'Chart.yaml': 'name: other\n' }))
  t.deepEqual(await filesOf(s.open(), chart(s, { digest: DIGEST })), CHART)
})

test('a digest that Git or the index says is checked', async (t) => {
  const s = await scene(t)
  const other = `sha256:${'0'.repeat(64)}`
  serve(s, PACKAGE, indexOf(['1.0.0'], `    digest: ${'0'.repeat(64)}\n`))
  const [code, message] = await problemOf(s.open(), chart(s, { digest: other }))
  t.is(code, 'template-digest')
  t.true(message.endsWith(`its digest is ${DIGEST}, but Git says ${other}`), message)
  t.is((await problemOf(s.open(), chart(s)))[0], 'template-digest')
  t.deepEqual(await filesOf(s.open(), chart(s, { digest: DIGEST })), CHART)
})

test('a version that is not there is a fault that names the nearest', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, indexOf(['0.9.0', '1.0.1', '1.0.0-rc.1', '1.10.0', '1.9.0', '2.0.0', '0.1.0']))
  const [code, message] = await problemOf(s.open(), chart(s))
  t.is(code, 'unknown-template')
  t.regex(
    message,
    /has no version 1\.0\.0 of chat; nearest versions: 1\.9\.0, 1\.0\.1, 1\.0\.0-rc\.1, 0\.9\.0, 0\.1\.0$/,
  )
})

const refusals: Readonly<Record<string, readonly [Reply, RegExp]>> = {
  'that is cut off': [PACKAGE.subarray(0, PACKAGE.length - 20), /bad-template .*unexpected end of file/],
  'that is no gzip': ['hello', /bad-template .*incorrect header check/],
  'that is no tar': [gzipSync('x'.repeat(2000)), /bad-template .*(?:not a tar archive|invalid number)/],
  'whose archive is cut off': [
    gzipSync(tarOf([{ path: 'chat/a', text: 'x'.repeat(600) }]).subarray(0, 1024)),
    /bad-template .*is truncated/,
  ],
  'that unpacks to too much': [gzipSync(Buffer.alloc(257 << 20)), /template-too-large .*more than \d+ MiB/],
  'with too many files': [
    gzipSync(tarOf(Array.from({ length: 10_001 }, (_, index) => ({ path: `chat/${index}` })))),
    /template-too-large .*more than 10000 entries/,
  ],
  'with a path that leads out': [
    gzipSync(tarOf([{ path: 'chat/../../etc/passwd', text: 'x' }])),
    /bad-template .*leads out/,
  ],
  'with an absolute path': [
    gzipSync(tarOf([{ path: '/etc/passwd', text: 'x' }])),
    /bad-template .*leads out/,
  ],
  'with a file beside its directory': [
    gzipSync(tarOf([{ path: 'a.yaml', text: 'x' }])),
    /bad-template .*outside/,
  ],
  'that redirects in circles': [
    (request, response) => response.writeHead(302, { location: `${request.url}` }).end(),
    /template-unavailable .*more than 5 redirects/,
  ],
  'that redirects to what is no HTTP': [
    (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    /template-unavailable .*is not HTTPS/,
  ],
  'that wants credentials': [
    (_, response) => response.writeHead(401).end(),
    /template-unavailable .*HTTP status 401, and Reeve has no credentials/,
  ],
  'that is not there': [(_, response) => response.writeHead(404).end(), /unknown-template .*HTTP status 404/],
  'of a server in trouble': [
    (_, response) => response.writeHead(503).end(),
    /template-unavailable .*HTTP status 503/,
  ],
  'of a server that breaks off': [
    (_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('x')
      setTimeout(() => response.destroy(), 10)
    },
    /template-unavailable /,
  ],
}

for (const [title, [bytes, expected]] of Object.entries(refusals))
  test(`a package ${title} is a fault`, async (t) => {
    const s = await scene(t)
    serve(s, bytes)
    t.regex((await problemOf(s.open(), chart(s))).join(' '), expected)
    t.true(s.asked.length <= 8)
  })

test('a link in a package is left out and told', async (t) => {
  const s = await scene(t)
  const link = { path: 'chat/secrets', type: '2', link: '/etc/passwd' }
  serve(s, gzipSync(tarOf([{ path: 'chat/Chart.yaml', text: 'name: chat\n' }, link])))
  t.deepEqual(await filesOf(s.open(), chart(s)), { 'Chart.yaml': 'name: chat\n' })
  t.deepEqual(s.notes.find(({ level }) => level === 'warn')?.fields.left, ['secrets'])
})

test('a server that says nothing is given up, and an index that is none is a fault', async (t) => {
  const s = await scene(t)
  serve(s, '', () => {})
  const limits = { firstByteMs: 100, totalMs: 200, tries: 1 }
  t.is((await problemOf(s.open({ limits }), chart(s)))[0], 'template-unavailable')
  for (const index of ['{ [', 'hello', 'entries: [', '']) {
    serve(s, '', index)
    t.regex((await problemOf(s.open(), chart(s))).join(' '), /template-unavailable .*is not a chart index/)
  }
})

test('an answer that is too long is given up', async (t) => {
  const s = await scene(t)
  serve(s, Buffer.alloc(100_000))
  const [code, message] = await problemOf(
    s.open({ budgets: { ...budgetsFor(0), chartPackage: 10_000 } }),
    chart(s),
  )
  t.is(code, 'template-too-large')
  t.regex(message, /more than 10000 bytes/)
})

test('HTTP is for this machine, and for what is pinned', async (t) => {
  const s = await scene(t)
  const repository = 'http://charts.invalid/repo'
  const [, unpinned] = await problemOf(s.open(), chart(s, { repository }))
  t.regex(unpinned, /is not HTTPS, and no digest is pinned$/)
  const [, pinned] = await problemOf(s.open(), chart(s, { repository, digest: DIGEST }))
  t.notRegex(pinned, /HTTPS/)
})

test('an index may be written in other ways than Helm does', async (t) => {
  const version = "{version: 1.0.0, urls: ['charts/chat-1.0.0.tgz']}"
  for (const index of [
    `entries: {other: [], chat: [${version}]}\n`,
    `entries:\n    chat:\n    - ${version}\n`,
    `entries:\n  other:\n  - &v ${version}\n  chat:\n  - *v\n`,
    `entries:\n  'chat':\n    - ${version}\n# end\n  other: []\n`,
    `entries:\r\n  a.b:\r\n  - {}\r\n  # here\r\n  "chat":\r\n  - ${version}\r\ngenerated: "now"\r\n`,
    `generated: now\nentries:\n  chat:\n  - ${version}\n  other:\n  - {}\napiVersion: v1\n`,
  ]) {
    const s = await scene(t)
    serve(s, PACKAGE, index)
    t.deepEqual(await filesOf(s.open(), chart(s)), CHART, index)
    t.regex((await problemOf(s.open(), chart(s, { name: 'none' })))[1], /has no chart named none/)
  }
})

test('an index is asked for once for many charts, and then only whether it changed', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, indexOf(['1.0.0', '1.1.0']))
  s.replies.set('/repo/charts/chat-1.1.0.tgz', PACKAGE)
  const sources = s.open()
  await Promise.all([sources.tree(chart(s)), sources.tree(chart(s, { version: '1.1.0' }))])
  t.is(s.asked.filter((path) => path === '/repo/index.yaml').length, 1)
})

test('what failed is not asked for again at once, and news tell when it is worth while', async (t) => {
  const s = await scene(t)
  const sources = s.open()
  let news = 0
  sources.onNews(() => {
    news += 1
  })
  await problemOf(sources, chart(s))
  const asked = s.asked.length
  await problemOf(sources, chart(s))
  t.is(s.asked.length, asked)
  serve(s)
  await until('news', async () => news > 0)
  t.deepEqual(await filesOf(sources, chart(s)), CHART)
  await sleep(300)
  t.is(news, 1)
})

test('a version is found with and without its v', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, indexOf(['v1.0.0']))
  s.replies.set('/repo/charts/chat-v1.0.0.tgz', PACKAGE)
  t.deepEqual(await filesOf(s.open(), chart(s)), CHART)
  t.deepEqual(await filesOf(s.open(), chart(s, { version: 'v1.0.0' })), CHART)
})
