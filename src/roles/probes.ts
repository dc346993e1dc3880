import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'

export interface ProbesOptions {
  /** All addresses where absent. */
  readonly host: string | undefined
  /** 0 for any free port. */
  readonly port: number
  /** Why the controller is not well; undefined where it is. */
  readonly notHealthy: () => string | undefined
  readonly readiness: () => ProbeAnswer
  readonly registry: Registry
}

export interface ProbeAnswer {
  /** 200, else 503. */
  readonly isGood: boolean
  /** One line that says why. */
  readonly text: string
}

export interface Probes {
  /** Base URL, such as `http://127.0.0.1:8080`. */
  readonly url: string
  close(): Promise<void>
}

/** Serves /healthz, /readyz (200 or 503 with the reason) and /metrics (Prometheus text format). */
export async function serveProbes(options: ProbesOptions): Promise<Probes> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', options, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return { url: urlOf(server), close: () => close(server) }
}

async function answer(url: string, options: ProbesOptions, response: ServerResponse): Promise<void> {
  const [path] = url.split('?')
  if (path === '/healthz') return answerHealth(options.notHealthy(), response)
  if (path === '/readyz') return probe(options.readiness(), response)
  if (path !== '/metrics') {
    response.writeHead(404).end('not found\n')
    return
  }
  response.writeHead(200, { 'content-type': options.registry.contentType })
  response.end(await options.registry.metrics())
}

function answerHealth(lack: string | undefined, response: ServerResponse): void {
  probe({ isGood: lack === undefined, text: lack ?? 'ok' }, response)
}

function probe({ isGood, text }: ProbeAnswer, response: ServerResponse): void {
  response.writeHead(isGood ? 200 : 503, { 'content-type': 'text/plain' }).end(`${text}\n`)
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
