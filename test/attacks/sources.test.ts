import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { request } from 'undici'
import { credentialsFor } from '../../src/adapters/source/credentials-for.ts'
import { type SourcesOptions, TemplateSources } from '../../src/adapters/source/template-sources.ts'
import { parseConfig } from '../../src/cli/options/config-file.ts'
import { describeFault, FaultError } from '../../src/model/fault.ts'
import { isListed } from '../../src/model/source-rules.ts'
import type { RemoteReference } from '../../src/model/template.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { addressRule } from '../../src/support/exchange/address-rule.ts'
import type { Resolve } from '../../src/support/exchange/guarded-connector.ts'
import { outboundAgent } from '../../src/support/exchange/outbound-agent.ts'
import { packageChart } from '../adapters/source/package-chart.ts'
import { IMPATIENT } from '../adapters/source/scene.ts'
import { connectProxy } from '../helpers/connect-proxy.ts'
import { reeve } from '../helpers/reeve.ts'

const SECRET = 'hunter2-of-the-inside'
const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const CHART = packageChart({ 'Chart.yaml': 'name: chat\nversion: 1.0.0\n' })
const DIGEST = `sha256:${createHash('sha256').update(CHART).digest('hex')}`

interface Served {
  readonly port: number
  readonly url: string
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[]
}

/** A server that answers as the listener does, and notes what it is asked for. */
async function serve(
  t: ExecutionContext,
  listener: RequestListener,
  host = '127.0.0.1',
  port = 0,
): Promise<Served> {
  const asked: { path: string; authorization: string | undefined }[] = []
  const server = createServer((incoming, response) => {
    asked.push({ path: incoming.url ?? '', authorization: incoming.headers.authorization })
    listener(incoming, response)
  })
  server.listen(port, host)
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port: own } = server.address() as AddressInfo
  return { port: own, url: `http://${host}:${own}`, asked }
}

const tells: RequestListener = (_, response) => response.end(SECRET)
const index = (url: string) =>
  `apiVersion: v1\nentries: {chat: [{version: 1.0.0, urls: ["${url}"], digest: "${DIGEST}"}]}\n`

async function open(t: ExecutionContext, options: Partial<SourcesOptions> = {}): Promise<TemplateSources> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-attack-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const sources = new TemplateSources({ directory, limits: IMPATIENT, ...options })
  t.teardown(async () => {
    await sources[Symbol.asyncDispose]()
    await reaper.close()
  })
  return sources
}

/** The fault of a template, as people see it. */
async function faultOf(sources: TemplateSources, reference: RemoteReference) {
  const found = await sources.tree(reference)
  if (!('fault' in found)) throw new Error('it was fetched')
  return { code: found.fault.code, text: `${describeFault(found.fault)} ${found.fault.remedy}` }
}

const chartAt = (repository: string): RemoteReference => ({
  chart: { repository, name: 'chat', version: '1.0.0', digest: DIGEST },
})
const gitAt = (url: string): RemoteReference => ({ path: '', git: { url, commit: COMMIT } })
const LOCAL = { addresses: ['127.0.0.1/32'] }

const refusedAddresses: readonly string[] = [
  '127.0.0.1',
  '127.8.9.10',
  '::1',
  '0.0.0.0',
  '0.1.2.3',
  '::',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  'fd12::1',
  'fc00::1',
  'fec0::1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '169.254.1.1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '168.63.129.16',
  '192.0.0.192',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
  '240.0.0.1',
  '198.18.0.1',
  '::ffff:10.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '::7f00:1',
  '::a9fe:a9fe',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'not an address',
  '',
]

test('no address of this machine, the cluster, a private network or a metadata service may be connected to', (t) => {
  const rule = addressRule([], {})
  for (const address of refusedAddresses)
    t.is(typeof rule.refusal('charts.example.com', address), 'string', address)
  for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])
    t.is(rule.refusal('charts.example.com', address), undefined, address)
})

test('the administrator allows networks, and the API server by its very address alone', (t) => {
  const environment = { KUBERNETES_SERVICE_HOST: '10.96.0.1' }
  const wide = addressRule(['10.0.0.0/8', 'fd00::/8'], environment)
  t.is(wide.refusal('a', '10.1.2.3'), undefined)
  t.is(wide.refusal('a', '::ffff:10.1.2.3'), undefined, 'also where it is mapped')
  t.is(wide.refusal('a', 'fd00::1'), undefined)
  t.is(typeof wide.refusal('a', '192.168.0.1'), 'string')
  t.is(typeof wide.refusal('a', '10.96.0.1'), 'string')
  t.is(typeof wide.refusal('a', '::ffff:10.96.0.1'), 'string')
  t.is(addressRule(['10.96.0.1/32'], environment).refusal('a', '10.96.0.1'), undefined)
  t.is(typeof addressRule([], { KUBERNETES_SERVICE_HOST: '34.1.2.3' }).refusal('a', '34.1.2.3'), 'string')
})

test('a name of the inside is refused even where it has a public address', (t) => {
  const rule = addressRule([], {})
  for (const host of [
    'kubernetes.default.svc',
    'git.team.svc.cluster.local',
    'metadata.google.internal',
    'localhost',
    'a.localhost',
    'KUBERNETES.default.SVC',
    'git.team.svc.cluster.local.',
  ])
    t.is(typeof rule.refusal(host, '8.8.8.8'), 'string', host)
  t.is(rule.refusal('svc.example.com', '8.8.8.8'), undefined)
  t.is(addressRule(['8.8.8.8/32'], {}).refusal('git.team.svc', '8.8.8.8'), undefined, 'unless it is allowed')
})

const spellings = [
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '127.1',
  '127.0.0.1.',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[::127.0.0.1]',
  '0.0.0.0',
  '0',
  'localhost',
  'LOCALHOST',
  'localhost.',
]
for (const host of spellings)
  test(`this machine is not asked, however it is spelt: ${host}`, async (t) => {
    const served = await serve(t, tells)
    const sources = await open(t)
    for (const reference of [
      chartAt(`http://${host}:${served.port}`),
      chartAt(`oci://${host}:${served.port}/team`),
      gitAt(`http://${host}:${served.port}/x.git`),
    ]) {
      const { code, text } = await faultOf(sources, reference)
      t.regex(code, /^(?:source-address-refused|unknown-template|template-unavailable)$/)
      if (!('chart' in reference && reference.chart.repository.startsWith('oci:')))
        t.is(code, 'source-address-refused', text)
      t.false(text.includes(SECRET))
    }
    t.deepEqual(served.asked, [])
  })

test('a name that resolves to an inner address is refused, and the message does not tell which one', async (t) => {
  const served = await serve(t, tells)
  const resolve: Resolve = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
  const sources = await open(t, { resolve })
  for (const reference of [
    chartAt(`http://charts.example.com:${served.port}`),
    gitAt(`http://git.example.com:${served.port}/x.git`),
  ]) {
    const { code, text } = await faultOf(sources, reference)
    t.is(code, 'source-address-refused')
    t.regex(
      text,
      /(?:charts|git)\.example\.com is at an address of this machine.*administrator.*--source-addresses/,
    )
    t.false(text.includes('127.0.0.1'))
  }
  t.deepEqual(served.asked, [])
})

test('a name with a public and an inner address is not connected to at the inner one', async (t) => {
  const inner = await serve(t, tells, '127.0.0.2')
  const outer = await serve(t, (_, response) => response.end(index('chat.tgz')), '127.0.0.1', inner.port)
  const resolve: Resolve = (_, done) =>
    done(null, [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ])
  const sources = await open(t, { resolve, rules: LOCAL })
  await sources.tree(chartAt(`http://charts.example.com:${inner.port}`))
  t.true(outer.asked.length > 0)
  t.deepEqual(inner.asked, [])
})

test('a name that is rebound to an inner address between two connections is refused at the second', async (t) => {
  const inner = await serve(t, tells, '127.0.0.2')
  const answer: RequestListener = ({ url }, response) => {
    response.setHeader('connection', 'close')
    if (url === '/index.yaml') response.end(index('chat.tgz'))
    else response.end(CHART)
  }
  const outer = await serve(t, answer, '127.0.0.1', inner.port)
  let times = 0
  const resolve: Resolve = (_, done) => {
    times += 1
    done(null, [{ address: times === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }])
  }
  const sources = await open(t, { resolve, rules: LOCAL })
  const chart = {
    repository: `http://charts.example.com:${inner.port}`,
    name: 'chat',
    version: '1.0.0',
    digest: DIGEST,
  }
  const { code } = await faultOf(sources, { chart })
  t.is(code, 'source-address-refused')
  t.deepEqual(
    outer.asked.map(({ path }) => path),
    ['/index.yaml'],
  )
  t.deepEqual(inner.asked, [])
})

for (const status of [301, 302, 303, 307, 308])
  test(`a redirect (${status}) does not lead to an inner address`, async (t) => {
    const inner = await serve(t, tells, '127.0.0.2')
    const redirects: RequestListener = (_, response) => {
      response.writeHead(status, { location: `${inner.url}/latest/meta-data` })
      response.end()
    }
    const outer = await serve(t, redirects)
    const sources = await open(t, { rules: LOCAL })
    for (const reference of [
      chartAt(outer.url),
      chartAt(`oci://127.0.0.1:${outer.port}/team`),
      gitAt(`${outer.url}/x.git`),
    ])
      t.is((await faultOf(sources, reference)).code, 'source-address-refused')
    t.true(outer.asked.length >= 3)
    t.deepEqual(inner.asked, [])
  })

test('an index does not lead to a package at an inner address', async (t) => {
  const inner = await serve(t, tells, '127.0.0.2')
  const outer = await serve(t, (_, response) => response.end(index(`${inner.url}/chat.tgz`)))
  const sources = await open(t, { rules: LOCAL })
  t.is((await faultOf(sources, chartAt(outer.url))).code, 'source-address-refused')
  t.deepEqual(inner.asked, [])
})

test('redirects end', async (t) => {
  const outer = await serve(t, ({ url = '' }, response) => {
    response.writeHead(302, { location: `${url}x` })
    response.end()
  })
  const sources = await open(t, { rules: LOCAL })
  for (const reference of [chartAt(outer.url), gitAt(`${outer.url}/x.git`)]) {
    const before = outer.asked.length
    t.is((await faultOf(sources, reference)).code, 'template-unavailable')
    t.true(outer.asked.length - before <= 12, 'each of two attempts ends after five')
  }
})

test('a token does not follow a redirect to another server, nor come back by way of it', async (t) => {
  const away = await serve(t, (_, response) => {
    response.writeHead(302, { location: `${registry.url}/back` })
    response.end()
  })
  const registry: Served = await serve(t, ({ url, headers }, response) => {
    if (url === '/token') return void response.end('{"token": "bearer-of-the-registry"}')
    if (headers.authorization === undefined && url !== '/back') {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.url}/token"` })
      return void response.end()
    }
    response.writeHead(url === '/back' ? 404 : 302, { location: `${away.url}/blob` })
    response.end()
  })
  const sources = await open(t, { rules: LOCAL })
  await sources.tree(chartAt(`oci://127.0.0.1:${registry.port}/team`))
  const back = registry.asked.filter(({ path }) => path === '/back')
  t.true(away.asked.length > 0 && back.length > 0)
  t.true([...away.asked, ...back].every(({ authorization }) => authorization === undefined))
  t.true(registry.asked.some(({ authorization }) => authorization === 'Bearer bearer-of-the-registry'))
})

test('a registry does not have a token asked for at another host', async (t) => {
  const realm = await serve(t, (_, response) => response.end(`{"token": "${SECRET}"}`))
  const registry = await serve(t, (_, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm.url}/token",service="x"` })
    response.end()
  })
  const sources = await open(t, { rules: LOCAL })
  const { code, text } = await faultOf(sources, chartAt(`oci://127.0.0.1:${registry.port}/team`))
  t.is(code, 'source-not-allowed')
  t.regex(text, /administrator of Reeve allow the place with `sources`/)
  t.deepEqual(realm.asked, [])
  const rules = { ...LOCAL, registries: [`127.0.0.1:${registry.port}/team`, `127.0.0.1:${realm.port}`] }
  await (await open(t, { rules })).tree(chartAt(`oci://127.0.0.1:${registry.port}/team`))
  t.is(realm.asked.length, 1, 'unless that host is allowed')
})

for (const status of [200, 400, 401, 403, 404, 413, 418, 500, 503])
  test(`what a server answers with status ${status} is in no message`, async (t) => {
    const server = await serve(t, (_, response) => {
      response.writeHead(status, { 'www-authenticate': `Basic realm="${SECRET}"` })
      response.end(`${SECRET}: root:x:0:0`)
    })
    const sources = await open(t, { rules: LOCAL })
    for (const reference of [
      chartAt(server.url),
      { chart: { repository: server.url, name: 'chat', version: '1.0.0' } },
      { chart: { repository: `oci://127.0.0.1:${server.port}/team`, name: 'chat', version: '1.0.0' } },
      gitAt(`${server.url}/x.git`),
    ]) {
      const { text } = await faultOf(sources, reference)
      t.false(text.includes(SECRET), text)
      t.false(text.includes('root:x'), text)
    }
  })

test('what a server of tokens answers is in no message', async (t) => {
  const registry: Served = await serve(t, ({ url }, response) => {
    if (url === '/token') return void response.end(`${SECRET}: root:x:0:0`)
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.url}/token"` })
    response.end()
  })
  const { text } = await faultOf(
    await open(t, { rules: LOCAL }),
    chartAt(`oci://127.0.0.1:${registry.port}/team`),
  )
  t.regex(text, /returned no token/)
  t.false(/hunter2|root/.test(text), text)
})

test('credentials go to the own repository, and to those of its origin that the administrator names', (t) => {
  const credentials = async () => ({ username: 'u', password: 'p' })
  const own = { url: 'https://git.example.com/team/fleet.git', credentials }
  const cases: readonly (readonly [url: string, vouched: readonly string[], gets: boolean])[] = [
    ['https://git.example.com/team/fleet', [], true],
    ['https://git.example.com/team/fleet.git/', [], true],
    ['https://git.example.com/team/other.git', [], false],
    ['https://git.example.com/team/fleet-of-others.git', [], false],
    ['https://git.example.com/team/fleet.git/../other.git', [], false],
    ['https://git.example.com/team/other.git', ['git.example.com/team'], true],
    ['https://git.example.com/teams/other.git', ['git.example.com/team'], false],
    ['https://git.example.com/team/%2e%2e/secret.git', ['git.example.com/team'], false],
    ['https://git.example.com/team%2f..%2fsecret.git', ['git.example.com/team'], false],
    ['https://git.example.com.evil.com/team/fleet.git', ['git.example.com'], false],
    ['https://git.example.com@evil.com/team/fleet.git', ['git.example.com'], false],
    ['https://git.example.com:8443/team/fleet.git', ['git.example.com:8443'], false],
    ['http://git.example.com/team/fleet.git', ['git.example.com'], false],
    ['https://evil.com/https://git.example.com/team/fleet.git', ['git.example.com'], false],
  ]
  for (const [url, vouched, gets] of cases)
    t.is(credentialsFor(own, vouched)(url) !== undefined, gets, `${url} with ${vouched}`)
})

test('credentials of a repository do not go where it redirects to, not even on its own host', async (t) => {
  const server: Served = await serve(t, ({ url = '' }, response) => {
    if (url.startsWith('/team/own.git/')) response.writeHead(302, { location: url.replace('own', 'other') })
    else response.writeHead(404)
    response.end()
  })
  const credentials = async () => ({ username: 'u', password: SECRET })
  const own = { url: `${server.url}/team/own.git`, credentials }
  await faultOf(await open(t, { own, rules: LOCAL }), gitAt(`${server.url}/team/own.git`))
  const [first, other] = ['/team/own.git', '/team/other.git'].map((path) =>
    server.asked.filter((each) => each.path.startsWith(path)),
  )
  t.true(first?.every(({ authorization }) => authorization !== undefined))
  t.true((other?.length ?? 0) > 0)
  t.true(other?.every(({ authorization }) => authorization === undefined))
})

test('the origin of the own repository may be inner, but does not lead to another inner one', async (t) => {
  const inner = await serve(t, tells, '127.0.0.2')
  const server: Served = await serve(t, ({ url = '' }, response) => {
    response.writeHead(302, { location: `${inner.url}${url}` })
    response.end()
  })
  const sources = await open(t, { own: { url: `${server.url}/own.git` } })
  t.is((await faultOf(sources, gitAt(`${server.url}/other.git`))).code, 'source-address-refused')
  t.is(
    (await faultOf(sources, chartAt(server.url))).code,
    'source-address-refused',
    'and is so for Git alone',
  )
  t.is(server.asked.length, 1)
  t.deepEqual(inner.asked, [])
})

test('a list allows hosts exactly, and paths by whole segments', (t) => {
  const cases: readonly (readonly [url: string, prefix: string, isListed: boolean])[] = [
    ['https://github.com/acme/x.git', 'github.com/acme', true],
    ['https://github.com/acme', 'github.com/acme', true],
    ['https://github.com/acme/x.git', 'github.com/acme/x', true],
    ['https://github.com/acme/x.git/info/refs', 'github.com/acme/x', true],
    ['https://github.com/acme/x.git/', 'github.com/acme/x', true],
    ['https://github.com/acme/x.git/evil', 'github.com/acme/x', false],
    ['https://github.com/acme/x.git/evil/info/refs', 'github.com/acme/x', false],
    ['https://github.com.git/evil', 'github.com', false],
    ['https://GitHub.com:443/acme/x', 'github.com/acme', true],
    ['https://github.com/acmecorp/x', 'github.com/acme', false],
    ['https://github.com/acme/../evil/x', 'github.com/acme', false],
    ['https://github.com/acme/%2e%2e/evil', 'github.com/acme', false],
    ['https://github.com/acme%2fevil', 'github.com', false],
    ['https://github.com.evil.com/acme/x', 'github.com/acme', false],
    ['https://github.com:8443/acme/x', 'github.com/acme', false],
    ['https://github.com@evil.com/acme/x', 'github.com/acme', false],
    ['https://evil.com/github.com/acme/x', 'github.com/acme', false],
    ['https://github.com./acme/x', 'github.com/acme', false],
    ['https://bücher.example/x', 'xn--bcher-kva.example', true],
  ]
  for (const [url, prefix, expected] of cases) t.is(isListed(new URL(url), [prefix]), expected, url)
})

test('with a list, nothing else is asked for, by a redirect neither', async (t) => {
  const other = await serve(t, tells)
  const server: Served = await serve(t, ({ url = '' }, response) => {
    response.writeHead(302, { location: url.startsWith('/team/out') ? `${other.url}${url}` : `/evil${url}` })
    response.end()
  })
  const host = `127.0.0.1:${server.port}`
  const lists = { git: [`${host}/team`], charts: [`${host}/team`], registries: [`${host}/team`] }
  const sources = await open(t, { rules: { ...LOCAL, ...lists } })
  for (const reference of [
    chartAt(`${server.url}/evil`),
    chartAt(`${server.url}/teams`),
    chartAt(`oci://${host}/evil`),
    gitAt(`${server.url}/evil/x.git`),
    gitAt(`${other.url}/team/x.git`),
  ])
    t.is((await faultOf(sources, reference)).code, 'source-not-allowed')
  t.deepEqual(server.asked, [])
  for (const reference of [
    chartAt(`${server.url}/team`),
    chartAt(`${server.url}/team/out`),
    gitAt(`${server.url}/team/x.git`),
    gitAt(`${server.url}/team/out.git`),
  ])
    t.is((await faultOf(sources, reference)).code, 'source-not-allowed')
  t.is(server.asked.length, 4)
  t.true(server.asked.every(({ path }) => path.startsWith('/team/')))
  t.deepEqual(other.asked, [])
})

test('a faulty list is a fault with its line, and is no list that allows everything', (t) => {
  const text = `sources:
  git:
    - github.com/acme
    - https://github.com/other
    - "*"
    - ann@github.com/x
    - GitHub.com:443/Team.git
  charts: [charts.example.com/../x]
  addresses: [10.0.0.0, 10.0.0.0/33, 10.0.0.0/8]
  mirrors: [x]
`
  const lines = (given: string) =>
    parseConfig('reeve.yaml', given).faults.map(({ location }) => location?.line)
  t.deepEqual(lines(text), [10])
  t.deepEqual(lines(text.replace('  mirrors: [x]\n', '')), [4, 5, 6, 8, 9, 9])
  const { sources, faults } = parseConfig(
    'r.yaml',
    'sources: {git: [GitHub.com:443/Team.git], addresses: [fd00::/8]}',
  )
  t.deepEqual(faults, [])
  t.deepEqual(sources, { git: ['github.com/Team'], addresses: ['fd00::/8'] })
  t.deepEqual(
    parseConfig('r.yaml', 'sources: {git: []}').sources,
    { git: [] },
    'an empty list allows nothing',
  )
})

test('a proxy is not asked for an inner address, nor for a name that this machine resolves to one', async (t) => {
  const proxy = await connectProxy(t)
  const served = await serve(t, (_, response) => response.end('public'))
  const resolve: Resolve = (host, done) => {
    if (host === 'inner.example.com') done(null, [{ address: '10.0.0.1', family: 4 }])
    else done(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), [])
  }
  const agent = outboundAgent({
    connectMs: 10_000,
    connections: 2,
    guard: { rule: addressRule([], {}), resolve },
    environment: { HTTP_PROXY: proxy.url },
  })
  t.teardown(() => agent.destroy())
  const ask = (host: string) => request(`http://${host}:${served.port}/`, { dispatcher: agent })
  for (const host of ['10.0.0.1', '[fd00::1]', '0x7f.1', 'inner.example.com', 'kubernetes.default.svc']) {
    const error = await t.throwsAsync(ask(host), { instanceOf: FaultError }, host)
    t.is(error?.fault.code, 'source-address-refused')
  }
  t.deepEqual(proxy.asked, [])
  const answer = await ask('known.to-the-proxy.example')
  t.is(await answer.body.text(), 'public', 'a name that only the proxy resolves is for the proxy to refuse')
})

test('the fault has the place in Git, and says who can change it', async (t) => {
  const served = await serve(t, tells)
  const directory = await mkdtemp(join(tmpdir(), 'reeve-attack-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  t.teardown(() => reaper.close())
  await mkdir(join(directory, 'acme'))
  const template = `{chart: {repository: "${served.url}", name: chat, version: 1.0.0, digest: "${DIGEST}"}}`
  await writeFile(
    join(directory, 'acme/i.yaml'),
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec:\n  template: ${template}\n`,
  )
  const validate = (environment: NodeJS.ProcessEnv, ...more: string[]) =>
    reeve(['validate', directory, ...more], { REEVE_SOURCE_ADDRESSES: '', ...environment })
  const refused = await validate({})
  t.regex(
    refused.stdout,
    /acme\/i\.yaml:5: a template from an address that is not public: .*administrator.*--source-addresses/s,
  )
  t.deepEqual(served.asked, [])
  const config = join(directory, 'reeve.yaml')
  await writeFile(config, 'sources: {addresses: [127.0.0.0/8], charts: [charts.example.com]}\n')
  const unlisted = await validate({}, '--config', config)
  t.regex(
    unlisted.stdout,
    /acme\/i\.yaml:5: a template from a place that this Reeve does not fetch from: .*`sources`/s,
  )
  t.deepEqual(served.asked, [])
  await validate({}, '--source-addresses', '127.0.0.0/8')
  t.true(served.asked.length > 0)
})
