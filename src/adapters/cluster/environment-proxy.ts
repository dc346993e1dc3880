import type { KubeConfig } from '@kubernetes/client-node'
import { isLoopback, noProxy } from '../../support/exchange/no-proxy.ts'
import { proxyEnvironment } from '../../support/exchange/proxy-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Gives clusters without a `proxy-url` the proxy of the environment, as kubectl does: HTTPS_PROXY or HTTP_PROXY
 * unless NO_PROXY names the server, and none for this machine.
 * @throws FaultError bad-proxy
 */
export function useEnvironmentProxy(config: KubeConfig, environment: Environment = process.env): void {
  config.clusters = config.clusters.map((cluster) => {
    const server = URL.parse(cluster.server)
    const proxyUrl = cluster.proxyUrl || (server ? proxyFor(server, environment) : undefined)
    return proxyUrl === undefined ? cluster : { ...cluster, proxyUrl }
  })
}

function proxyFor(server: URL, environment: Environment): string | undefined {
  const { ALL_PROXY: _all, all_proxy: _other, ...named } = environment
  const { httpProxy, httpsProxy } = proxyEnvironment(named)
  const proxy = server.protocol === 'https:' ? httpsProxy : httpProxy
  if (proxy === '' || isLoopback(server)) return undefined
  return noProxy(environment.NO_PROXY || environment.no_proxy || '')(server) ? undefined : proxy
}
