import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { selfSigned } from '../../helpers/certificate.ts'
import { connectProxy } from '../../helpers/connect-proxy.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { configMap } from '../../helpers/manifests.ts'
import { reeve, startReeve } from '../../helpers/reeve.ts'
import { tlsFront } from '../../helpers/tls-front.ts'

const test = controlPlaneTest()

/** A name of the API server's certificate that no DNS has: only a proxy leads there. */
const HOST = 'kubernetes.default.svc'
const NO_PROXIES = {
  HTTP_PROXY: '',
  HTTPS_PROXY: '',
  NO_PROXY: '',
  http_proxy: '',
  https_proxy: '',
  no_proxy: '',
}

test('the API server is reached by HTTPS_PROXY: requests, discovery and watches', async (t) => {
  const { controlPlane } = t.context
  const proxy = await connectProxy(t)
  const kubeconfig = await kubeconfigFor(t, controlPlane, {})
  await using fleet = await startFleet(controlPlane, { name: 'proxied', kubeconfig })
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'proxied', { a: '1' }) })
  const port = new URL(controlPlane.server).port
  const env = { ...NO_PROXIES, HTTPS_PROXY: new URL(proxy.url).host, NO_PROXY: '10.0.0.0/8,127.0.0.0/8' }
  await using _running = startReeve(['run', ...fleet.options, '--interval', '1s', '--listen', 'none'], env)
  await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
  await controlPlane.kubectl(['delete', 'configmap', 'proxied'])
  await fleet.recorded('acme', ({ changes }) => changes.some(({ reason }) => reason === 'drift'))
  t.deepEqual([...new Set(proxy.asked)], [`${HOST}:${port}`])
})

test('an API server of this machine needs no proxy, and proxy-url wins over the environment', async (t) => {
  const { controlPlane } = t.context
  const [proxy, other] = [await connectProxy(t), await connectProxy(t)]
  await using fleet = await startFleet(controlPlane, { name: 'own-proxy' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'own-proxy', { a: '1' }) })
  const env = { ...NO_PROXIES, HTTPS_PROXY: other.url }
  t.is((await reeve(['sync', ...fleet.options], env)).code, 0)
  t.deepEqual(other.asked, [])

  const kubeconfig = await kubeconfigFor(t, controlPlane, { 'proxy-url': proxy.url })
  const { code, stderr } = await reeve(['sync', ...fleet.options, '--kubeconfig', kubeconfig], env)
  t.is(code, 0, stderr)
  t.deepEqual(other.asked, [])
  t.true(proxy.asked.length > 0)
})

test('a Git server with a private CA is trusted by --git-ca-file, SSL_CERT_FILE or SSL_CERT_DIR', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'private' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'private', { a: '1' }) })
  const { caFile, directory, options } = await privateRemote(t, fleet)

  const distrusted = await reeve(['sync', ...options], NO_PROXIES)
  t.is(distrusted.code, 1)
  t.regex(distrusted.stderr, /self-signed certificate/)

  const trusting: readonly (readonly [readonly string[], NodeJS.ProcessEnv])[] = [
    [['--git-ca-file', caFile], {}],
    [[], { REEVE_GIT_CA_FILE: caFile }],
    [[], { SSL_CERT_FILE: caFile }],
    [[], { SSL_CERT_DIR: `/nowhere:${directory}` }],
    [[], { NODE_EXTRA_CA_CERTS: caFile }],
  ]
  for (const [flags, env] of trusting) {
    const { code, stderr } = await reeve(['sync', ...options, ...flags], { ...NO_PROXIES, ...env })
    t.is(code, 0, `${JSON.stringify([flags, env])}: ${stderr}`)
  }

  const proxy = await connectProxy(t)
  const env = { ...NO_PROXIES, HTTPS_PROXY: proxy.url }
  const { code, stderr } = await reeve(['sync', ...options, '--git-ca-file', caFile], env)
  t.is(code, 0, stderr)
  t.deepEqual([...new Set(proxy.asked)], [new URL(options[1] ?? '').host], 'also by way of a proxy')
})

test('a file without certificates is refused with its option', async (t) => {
  const { code, stderr } = await reeve(['validate', '.', '--git-ca-file', 'package.json'])
  t.is(code, 2)
  t.regex(stderr, /--git-ca-file "package.json" has no certificate in PEM/)
})

async function kubeconfigFor(t: ExecutionContext, controlPlane: ControlPlane, more: object): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-proxy-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const server = `https://${HOST}:${new URL(controlPlane.server).port}`
  const cluster = { server, 'certificate-authority': controlPlane.caFile, ...more }
  const file = join(directory, 'kubeconfig')
  const kubeconfig = {
    'current-context': 'c',
    clusters: [{ name: 'c', cluster }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    users: [{ name: 'c', user: { token: controlPlane.token } }],
  }
  await writeFile(file, JSON.stringify(kubeconfig))
  return file
}

/** The fleet's Git server over TLS, with a certificate that only its own CA vouches for. */
async function privateRemote(t: ExecutionContext, fleet: Fleet) {
  const certificate = selfSigned('git')
  const directory = await mkdtemp(join(tmpdir(), 'reeve-ca-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const caFile = join(directory, 'ca.pem')
  await writeFile(caFile, `# our own CA\n${certificate.certificate}`)
  const url = new URL(fleet.git.url)
  const port = await tlsFront(t, certificate, Number(url.port))
  const [, , ...rest] = fleet.options
  return { caFile, directory, options: ['--repo', `https://127.0.0.1:${port}${url.pathname}`, ...rest] }
}
