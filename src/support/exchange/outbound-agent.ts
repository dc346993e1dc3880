import { Agent, Pool, ProxyAgent } from 'undici'
import type { AddressRule } from './address-rule.ts'
import { type ConnectorOptions, guardedByName, guardedConnector, type Resolve } from './guarded-connector.ts'
import { noProxy } from './no-proxy.ts'
import { proxyEnvironment } from './proxy-environment.ts'
import type { Trust } from './trust.ts'

/** For URLs that others than the administrator wrote. */
export interface ConnectGuard {
  readonly rule: AddressRule
  /** Origins that the administrator wrote. */
  readonly exempt?: readonly string[]
  /** Default: that of the system. */
  readonly resolve?: Resolve | undefined
}

export interface OutboundOptions {
  /** Maximum time to connect, in milliseconds. */
  readonly connectMs: number
  /** Maximum number of connections to one server. */
  readonly connections: number
  /** CAs to trust beside those of Node; absent: none. */
  readonly trust?: Trust | undefined
  /** Which addresses may be connected to; absent: any. */
  readonly guard?: ConnectGuard | undefined
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Kept-alive connections to servers outside the cluster, by way of the proxies that the environment names:
 * HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
 * @throws FaultError bad-proxy
 */
export function outboundAgent({
  connectMs,
  connections,
  trust,
  guard,
  environment = process.env,
}: OutboundOptions): Agent {
  const { httpProxy, httpsProxy } = proxyEnvironment(environment)
  const isDirect = noProxy(environment.NO_PROXY || environment.no_proxy || '')
  const connect = { timeout: connectMs }
  return new Agent({
    connections,
    connect,
    factory: (origin, options) => {
      const url = new URL(origin)
      const isTls = url.protocol === 'https:'
      const uri = isTls ? httpsProxy : httpProxy
      const isProxied = uri !== '' && !isDirect(url)
      const secureContext = isTls || isProxied ? trust?.context() : undefined
      const tls = secureContext && { secureContext }
      const guarding = guard?.exempt?.includes(url.origin) ? undefined : guard
      if (!isProxied)
        return new Pool(origin, { ...options, connect: connectorOf({ ...connect, ...tls }, guarding) })
      const proxy = new ProxyAgent({
        uri,
        connections,
        connectTimeout: connectMs,
        ...(tls && { requestTls: tls, proxyTls: tls }),
      })
      return guarding ? guardedByName(proxy, url, guarding.rule, guarding.resolve) : proxy
    },
  })
}

function connectorOf(options: ConnectorOptions, guard: ConnectGuard | undefined) {
  return guard ? guardedConnector(options, guard.rule, guard.resolve) : options
}
