import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerRequest } from './answer-request.ts'
import { BodyPlaces } from './body-places.ts'
import { limitConnections } from './limit-connections.ts'
import { listen } from './listen.ts'
import type { Route } from './route.ts'

/** Bounds of all requests of a server, whatever their routes say. */
export interface ServerLimits {
  readonly connections: number
  /** Maximum number of bodies that arrive at once: each may be as large as its route allows. */
  readonly bodies: number
  /** Time for the headers of a request to arrive, in milliseconds. */
  readonly headersWithinMs: number
  /** Time for a whole request to arrive, in milliseconds. */
  readonly requestWithinMs: number
  /** Interval between looks for requests that take too long, in milliseconds. */
  readonly lookEveryMs: number
}

const LIMITS: ServerLimits = {
  connections: 512,
  bodies: 32,
  headersWithinMs: 10_000,
  requestWithinMs: 20_000,
  lookEveryMs: 5_000,
}
/**
 * Time for which an idle connection is kept, in milliseconds: longer than proxies keep theirs (60 s), so that none
 * sends a request on a connection that is about to end.
 */
const KEEP_ALIVE_MS = 75_000

export interface HttpServerOptions {
  /** All addresses if undefined. */
  readonly host: string | undefined
  /** 0 for any free port. */
  readonly port: number
  readonly routes: readonly Route[]
  /** Told of errors that are faults of Reeve; the request is answered by a 500. */
  readonly onError: (error: unknown) => void
  readonly limits?: Partial<ServerLimits>
}

export interface HttpServer extends AsyncDisposable {
  /** Base URL, such as `http://127.0.0.1:8080`. */
  readonly url: string
}

/**
 * Serves routes over HTTP. No request stops the process, and slow or many clients do not keep others from their
 * answer: what takes too long ends, and the connections that were silent for longest make room for new ones.
 * @throws FaultError address-unusable
 */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { routes, onError } = options
  const limits = { ...LIMITS, ...options.limits }
  const server = createServer({
    headersTimeout: limits.headersWithinMs,
    requestTimeout: limits.requestWithinMs,
    connectionsCheckingInterval: limits.lookEveryMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  const answer = answerRequest({ routes, onError, places: new BodyPlaces(limits.bodies) })
  // With the second event, a body that is refused for its length is never sent.
  server.on('request', answer).on('checkContinue', answer)
  limitConnections(server, limits.connections)
  await listen(server, options)
  return { url: urlOf(server), [Symbol.asyncDispose]: () => close(server) }
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
