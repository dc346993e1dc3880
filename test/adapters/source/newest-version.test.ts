import anyTest, { type TestFn } from 'ava'
import { newestVersion } from '../../../src/adapters/source/charts/newest-version.ts'
import { type OciRegistry, startOciRegistry } from '../../helpers/oci-registry/oci-registry.ts'
import { packageChart } from './package-chart.ts'
import { scene } from './scene.ts'

const test = anyTest as TestFn<{ readonly registry: OciRegistry }>

test.before(async (t) => {
  t.timeout(600_000, 'building the registry')
  t.context = { registry: await startOciRegistry() }
})

test.after.always(({ context }) => context.registry?.[Symbol.asyncDispose]())

test('the newest version in a range is neither removed nor, if it can be helped, deprecated', (t) => {
  const published = [
    { version: '1.4.0' },
    { version: '1.10.0' },
    { version: '1.11.0', isDeprecated: true },
    { version: '1.12.0', isRemoved: true },
    { version: '1.13.0-rc.1' },
    { version: 'v2.0.0' },
    { version: 'latest' },
    { version: '' },
  ]
  const newest = ['^1.4.0', '>1.10 <2', '>=1.4.0-0 <2', '*', '^3', '>1.11 <1.13', 'nonsense'].map((range) =>
    newestVersion(published, range),
  )
  t.deepEqual(newest, ['1.10.0', '1.11.0', '1.13.0-rc.1', 'v2.0.0', undefined, undefined, undefined])
})

test('an index says which versions are deprecated or removed, and may have thousands', async (t) => {
  const s = await scene(t)
  const many = Array.from({ length: 20_000 }, (_, index) => `  - {version: 1.${index}.0, urls: [a]}\n`)
  const marked =
    '  - {version: 1.30000.0, urls: [a], deprecated: true}\n  - {version: 1.40000.0, urls: [a], removed: true}\n'
  s.replies.set('/repo/index.yaml', `entries:\n  chat:\n${many.join('')}${marked}`)
  const chart = { repository: `${s.url}/repo`, name: 'chat', version: '^1.2.0' }
  const sources = s.open()
  t.is(await sources.newest(chart), '1.19999.0')
  t.is(await sources.newest({ ...chart, version: '>=1.20000' }), '1.30000.0')
  const none = await sources.newest({ ...chart, name: 'none' })
  t.regex(typeof none === 'string' ? none : none.fault.message, /has no chart named none/)
})

test('a registry lists its versions in pages', async (t) => {
  const { registry } = t.context
  for (const tag of ['1.0.0', '1.2.0_b.1', '1.1.0', 'latest', '2.0.0'])
    await registry.push('paged/chat', tag, packageChart({ 'Chart.yaml': 'name: chat\n' }))
  const s = await scene(t)
  const chart = { repository: `oci://${registry.host}/paged`, name: 'chat', version: '1.x' }
  t.is(await s.open().newest(chart), '1.2.0+b.1')
  s.replies.set('/v2/charts/chat/tags/list?n=1000', (_, response) => {
    response.setHeader('link', '<https://elsewhere.invalid/>; rel="next"')
    response.end('{"tags": ["1.0.0", 7, "1.1.0"]}')
  })
  s.replies.set('/v2/charts/chat/tags/list?n=1000&last=1.1.0', '{"tags": ["1.3.0"]}')
  const other = { ...chart, repository: `oci://${s.url.replace('http://', '')}/charts` }
  t.is(await s.open().newest(other), '1.3.0')
})

test('a registry whose list does not end is asked for a bounded number of pages', async (t) => {
  const s = await scene(t)
  const page = (last: string) => `/v2/charts/chat/tags/list?n=1000${last}`
  s.replies.set(page(''), (_, response) => response.setHeader('link', 'x').end('{"tags": ["1.0.0"]}'))
  s.replies.set(page('&last=1.0.0'), (_, response) =>
    response.setHeader('link', 'x').end('{"tags": ["1.0.0"]}'),
  )
  const chart = { repository: `oci://${s.url.replace('http://', '')}/charts`, name: 'chat', version: '1.x' }
  t.is(await s.open().newest(chart), '1.0.0')
  t.is(s.asked.length, 50)
})
