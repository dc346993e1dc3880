import { KubeConfig } from '@kubernetes/client-node'
import test from 'ava'
import { useEnvironmentProxy } from '../../../src/adapters/cluster/environment-proxy.ts'

const ALL = { HTTP_PROXY: 'plain:1', HTTPS_PROXY: 'secure:1' }

/** The server, the environment and the proxy: as kubectl has it. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] = [
  ['https://api.example:6443', ALL, 'http://secure:1/'],
  ['http://api.example', ALL, 'http://plain:1/'],
  ['https://api.example:6443', { HTTP_PROXY: 'plain:1' }, undefined],
  ['https://api.example:6443', { ALL_PROXY: 'all:1' }, undefined],
  ['https://api.example:6443', { https_proxy: 'lower:1' }, 'http://lower:1/'],
  ['https://10.0.0.1', { ...ALL, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://api.example', { ...ALL, NO_PROXY: '.example' }, undefined],
  ['https://api.example', { ...ALL, no_proxy: '*' }, undefined],
  ['https://127.0.0.1:6443', ALL, undefined],
  ['https://localhost:6443', ALL, undefined],
  ['https://[::1]:6443', ALL, undefined],
]

const cluster = (server: string) => ({ name: 'c', server, skipTLSVerify: false })

for (const [server, environment, proxy] of CASES)
  test(`${server} with ${JSON.stringify(environment)}: ${proxy ?? 'no proxy'}`, (t) => {
    const config = new KubeConfig()
    config.clusters = [cluster(server)]
    useEnvironmentProxy(config, environment)
    t.is(config.clusters[0]?.proxyUrl, proxy)
  })

test('the proxy of the kubeconfig wins', (t) => {
  const config = new KubeConfig()
  config.clusters = [{ ...cluster('https://api.example'), proxyUrl: 'http://own:1' }]
  useEnvironmentProxy(config, { ...ALL, NO_PROXY: '*' })
  t.is(config.clusters[0]?.proxyUrl, 'http://own:1')
})
