import type { DispatcherOptions } from '@kubernetes/client-node/dist/config.js'
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici'

/** Idle time before a connection closes, in milliseconds: below kube-apiserver's 90 s (Go's IdleTimeout). */
const KEEP_ALIVE = 60_000

const POOL = { keepAliveTimeout: KEEP_ALIVE, pipelining: 1, allowH2: false }

/**
 * Makes the dispatcher for all requests to one cluster: kept-alive HTTP/1.1 connections, one request at a
 * time on each, as many connections as requests in flight.
 */
export function makeDispatcher(options: DispatcherOptions | undefined): Dispatcher {
  switch (options?.type) {
    case 'proxy':
      return new ProxyAgent({ ...POOL, uri: options.uri, requestTls: connectorOptions(options.requestTls) })
    case 'agent':
      return new Agent({ ...POOL, connect: connectorOptions(options.connect) })
    default:
      return new Agent(POOL)
  }
}

/** Returns the options as they are; the types differ in how they treat undefined. */
function connectorOptions(options: object): buildConnector.BuildOptions {
  return options
}
