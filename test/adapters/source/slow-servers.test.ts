import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { slowLine } from '../../helpers/slow-line.ts'
import { packageChart } from './package-chart.ts'
import { filesOf, IMPATIENT, problemOf, type Scene, scene } from './scene.ts'

const CHART = { 'Chart.yaml': 'name: chat\nversion: 1.0.0\n' }
const RATE = { bytesPerSecond: 1_000, graceMs: 200, windowMs: 3_000 }
/** Only the rate is short. */
const LIMITS = {
  ...IMPATIENT,
  firstByteMs: 60_000,
  silenceMs: 60_000,
  totalMs: 60_000,
  rate: RATE,
  againAfterMs: 60_000,
  againAtLatestMs: 60_000,
}
const TOO_SLOW = /template-unavailable .*too slow: \d+ bytes\/s over 3 s, less than 1000 bytes\/s$/

/** Anything at all, for ever. */
async function trickle(response: ServerResponse, everyMs = 10): Promise<void> {
  while (!response.destroyed) {
    response.write(' ')
    await sleep(everyMs)
  }
}

const chart = (url: string, repository = 'good') => ({
  chart: { repository: `${url}/${repository}`, name: 'chat', version: '1.0.0' },
})

function serve({ replies }: Scene, files: Readonly<Record<string, string>> = CHART): void {
  const versions = '  - version: 1.0.0\n    urls: [chat.tgz]\n'
  replies.set('/good/index.yaml', `apiVersion: v1\nentries:\n  chat:\n${versions}`)
  replies.set('/good/chat.tgz', packageChart(files))
}

test('an index and a package that trickle are given up, and not asked for again at once', async (t) => {
  const s = await scene(t)
  serve(s)
  s.replies.set('/bad/index.yaml', (_, response) => void trickle(response))
  s.replies.set('/good/chat.tgz', (_, response) => void trickle(response))
  const sources = s.open({ limits: LIMITS })
  t.regex((await problemOf(sources, chart(s.url, 'bad'))).join(' '), TOO_SLOW)
  t.regex((await problemOf(sources, chart(s.url))).join(' '), TOO_SLOW)
  t.deepEqual(s.asked, ['/bad/index.yaml', '/good/index.yaml', '/good/chat.tgz'])
})

test('a package over a slow line that is just fast enough comes', async (t) => {
  const s = await scene(t)
  const files = { ...CHART, 'values.yaml': randomBytes(170_000).toString('hex') }
  serve(s, files)
  await using line = await slowLine(s.url)
  line.slowDown({ bytes: 1_000, everyMs: 20 })
  const start = performance.now()
  t.deepEqual(await filesOf(s.open({ limits: LIMITS }), chart(line.url)), files)
  t.true(performance.now() - start > RATE.graceMs + RATE.windowMs)
})

test('headers that come byte by byte are given up', async (t) => {
  const s = await scene(t)
  serve(s)
  await using line = await slowLine(s.url)
  line.slowDown({ bytes: 1, everyMs: 200 })
  const sources = s.open({ limits: { ...LIMITS, firstByteMs: 1_000 } })
  t.regex((await problemOf(sources, chart(line.url))).join(' '), /template-unavailable .*Headers Timeout/)
})

test('a package that comes without end is given up when the time is over', async (t) => {
  const s = await scene(t)
  serve(s)
  s.replies.set('/good/chat.tgz', (_, response) => void trickle(response, 1))
  const limits = { ...LIMITS, totalMs: 1_000, rate: { ...RATE, bytesPerSecond: 1 } }
  t.regex((await problemOf(s.open({ limits }), chart(s.url))).join(' '), /not finished within 1 s/)
})

test('a token of a registry has the time of short answers', async (t) => {
  const s = await scene(t)
  const challenge = `Bearer realm="${s.url}/token"`
  s.replies.set('/v2/team/chat/manifests/1.0.0', (_, response) =>
    response.writeHead(401, { 'www-authenticate': challenge }).end(),
  )
  s.replies.set('/token', (_, response) => void trickle(response))
  const sources = s.open({ limits: { ...LIMITS, shortMs: 500 } })
  const { host } = new URL(s.url)
  const reference = { chart: { repository: `oci://${host}/team`, name: 'chat', version: '1.0.0' } }
  t.regex((await problemOf(sources, reference)).join(' '), /token: timeout: not finished within 0\.5 s/)
})

test('a Git repository that trickles is given up', async (t) => {
  const s = await scene(t)
  s.replies.set('/team.git/info/refs?service=git-upload-pack', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    void trickle(response)
  })
  const git = { url: `${s.url}/team.git`, commit: '1'.repeat(40) }
  const sources = s.open({ limits: { ...LIMITS, tries: 1 } })
  t.regex((await problemOf(sources, { path: '', git })).join(' '), /template-unavailable .*too slow/)
})

test('what trickles keeps nothing else waiting for long: not its own server, and not others', async (t) => {
  const [bad, other] = [await scene(t), await scene(t)]
  serve(bad)
  serve(other)
  const hanging = Array.from({ length: 20 }, (_, at) => `bad-${at}`)
  for (const name of hanging) bad.replies.set(`/${name}/index.yaml`, (_, response) => void trickle(response))
  const limits = { ...LIMITS, rate: { ...RATE, bytesPerSecond: 0 } }
  const sources = bad.open({ limits })
  for (const name of hanging) void sources.tree(chart(bad.url, name))
  t.deepEqual(await filesOf(sources, chart(other.url)), CHART)
  t.deepEqual(await filesOf(sources, chart(bad.url)), CHART)
})
