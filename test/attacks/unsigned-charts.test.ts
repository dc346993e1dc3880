import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { digestOf } from '../../src/adapters/source/charts/digest.ts'
import { packageChart } from '../adapters/source/package-chart.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live } from '../helpers/live.ts'
import { configFile } from '../helpers/option-file.ts'
import { openPgpSigner } from '../helpers/provenance/openpgp-signer.ts'
import { provenanceText } from '../helpers/provenance/provenance-text.ts'

const test = controlPlaneTest()

const TEMPLATE = [
  'apiVersion: v1',
  'kind: ConfigMap',
  'metadata: {name: "{{ .Release.Name }}-{{ .Chart.Name }}"}',
  'data: {version: "{{ .Chart.Version }}"}',
  '',
].join('\n')

test('an unsigned version is a fault by file and line, and what runs stays; so is an unsigned dependency', async (t) => {
  const { controlPlane } = t.context
  const { repository, publish, config } = await publisher(t)
  await publish('1.0.0', true)
  await publish('1.1.0', false)
  const files = (version: string) => ({
    'direct.yaml': installation(
      'direct',
      `chart: {repository: "${repository}", name: chat, version: ${version}}`,
    ),
    'umbrella.yaml': installation('umbrella', 'path: charts/umbrella'),
    'charts/umbrella/Chart.yaml': [
      'apiVersion: v2',
      'name: umbrella',
      'version: 1.0.0',
      'dependencies:',
      `  - {name: chat, version: ${version}, repository: "${repository}"}`,
      '',
    ].join('\n'),
  })
  await using fleet = await startFleet(controlPlane, { name: 'signed' })
  await fleet.push(files('1.0.0'))
  const first = await fleet.sync(...config)
  t.is(first.code, 0, first.stderr)
  t.like(await live(controlPlane, 'default', 'configmap/direct-chat'), { data: { version: '1.0.0' } })
  t.like(await live(controlPlane, 'default', 'configmap/umbrella-chat'), { data: { version: '1.0.0' } })

  await fleet.push(files('1.1.0'))
  const { stdout } = await fleet.plan(...config)
  t.regex(stdout, /not signed/)
  await using reeve = fleet.run(...config)
  for (const [name, place] of [
    ['direct', { file: 'direct.yaml', line: 5 }],
    ['umbrella', { file: 'charts/umbrella/Chart.yaml', line: 5 }],
  ] as const) {
    const { problems } = await fleet.recorded(name, (record) => record.problems.length > 0)
    t.like(problems, [{ code: 'missing-provenance', ...place }], name)
    t.like(await live(controlPlane, 'default', `configmap/${name}-chat`), { data: { version: '1.0.0' } })
  }
  await publish('1.1.0', true)
  for (const name of ['direct', 'umbrella']) {
    await fleet.recorded(name, ({ state, problems }) => state === 'healthy' && problems.length === 0, 90_000)
    t.like(await live(controlPlane, 'default', `configmap/${name}-chat`), { data: { version: '1.1.0' } })
  }
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test('what was applied before the rule is brought to a signed version', async (t) => {
  const { controlPlane } = t.context
  const { repository, publish, config } = await publisher(t)
  await publish('1.0.0', false, {
    'templates/web.yaml': TEMPLATE.replace('{version:', '{old: a, version:'),
    'templates/old.yaml': TEMPLATE.replace('.Chart.Name }}', '.Chart.Name }}-old'),
  })
  await publish('1.1.0', true)
  const files = (version: string) => ({
    'before.yaml': installation(
      'before',
      `chart: {repository: "${repository}", name: chat, version: ${version}}`,
    ),
  })
  await using fleet = await startFleet(controlPlane, { name: 'before' })
  await fleet.push(files('1.0.0'))
  const first = await fleet.sync()
  t.is(first.code, 0, first.stderr)
  await fleet.push(files('1.1.0'))
  const second = await fleet.sync(...config)
  t.is(second.code, 0, second.stderr)
  const now = await live(controlPlane, 'default', 'configmap/before-chat')
  t.deepEqual(now?.data, { version: '1.1.0' })
  t.is(await live(controlPlane, 'default', 'configmap/before-chat-old'), undefined)
})

function installation(name: string, template: string): string {
  return [
    'apiVersion: reeve.dev/v1alpha1',
    'kind: Installation',
    `metadata: {name: ${name}}`,
    'spec:',
    '  template:',
    `    ${template}`,
    '',
  ].join('\n')
}

/** A chart repository with two versions of a chart, and the configuration that requires its signatures. */
async function publisher(t: ExecutionContext<unknown>) {
  const signer = await openPgpSigner()
  const replies = new Map<string, string | Uint8Array>()
  const charts = createServer(({ url = '' }, response) => {
    const reply = replies.get(url)
    response.writeHead(reply === undefined ? 404 : 200).end(reply)
  }).listen(0, '127.0.0.1')
  t.teardown(() => charts.close().closeAllConnections())
  await new Promise((resolve) => charts.once('listening', resolve))
  const repository = `http://127.0.0.1:${(charts.address() as AddressInfo).port}`
  const publish = async (version: string, isSigned: boolean, more: Readonly<Record<string, string>> = {}) => {
    const bytes = packageChart({
      'Chart.yaml': `apiVersion: v2\nname: chat\nversion: ${version}\n`,
      'templates/web.yaml': TEMPLATE,
      ...more,
    })
    replies.set(`/chat-${version}.tgz`, bytes)
    const text = provenanceText({ name: 'chat', version, digest: digestOf(bytes) })
    if (isSigned) replies.set(`/chat-${version}.tgz.prov`, await signer.sign(text))
  }
  const entries = ['1.0.0', '1.1.0'].map((version) => ({ version, urls: [`chat-${version}.tgz`] }))
  replies.set('/index.yaml', JSON.stringify({ entries: { chat: entries } }))

  const directory = await mkdtemp(join(tmpdir(), 'reeve-keys-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const keyring = join(directory, 'charts.asc')
  await writeFile(keyring, signer.publicKey)
  const config = await configFile(t, {
    provenance: [{ source: new URL(repository).host, keyrings: [keyring] }],
  })

  return { repository, publish, config }
}
