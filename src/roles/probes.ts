import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { FaultError, fault } from '../model/fault.ts'
import { printable, printableLines } from '../model/printable.ts'
import type { Part, PartReport, ProcessHealth } from './part.ts'

export interface ProbesOptions {
  /** All addresses if undefined. */
  readonly host: string | undefined
  /** 0 for any free port. */
  readonly port: number
  readonly health: ProcessHealth
  readonly registry: Registry
}

export interface Probes extends Part {
  /** Base URL, such as `http://127.0.0.1:8080`; absent if nothing is served. */
  readonly url?: string
}

/**
 * Serves /healthz, /readyz (200 or 503 with the reason) and /metrics (Prometheus text format).
 * @throws FaultError address-unusable
 */
export async function serveProbes(options: ProbesOptions): Promise<Probes> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', options, response)
  })
  await listen(server, options)
  return { url: urlOf(server), [Symbol.asyncDispose]: () => close(server) }
}

function listen(server: Server, { host, port }: ProbesOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = WORDS[error.code ?? ''] ?? error.message
      const details = `--listen ${host ?? ''}:${port}: ${words}`
      reject(new FaultError(fault('address-unusable', details), { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** Why a server cannot listen, by the codes of listen(2), bind(2) and getaddrinfo(3). */
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses the port',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'the port needs privileges that Reeve does not have, as ports below 1024 mostly do',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved now',
}

async function answer(
  url: string,
  { health, registry }: ProbesOptions,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  if (pathname === '/healthz') {
    const lack = health.notHealthy()
    return probe(response, lack === undefined, lack ?? 'ok')
  }
  if (pathname === '/readyz') {
    const { isReady, text } = health.readiness()
    return probe(
      response,
      isReady,
      searchParams.has('verbose') ? verbose(health.parts(), text) : printable(text),
    )
  }
  if (pathname !== '/metrics') {
    response.writeHead(404).end('not found\n')
    return
  }
  response.writeHead(200, { 'content-type': registry.contentType })
  response.end(await registry.metrics())
}

/** One line per part, like `/readyz?verbose` of a Kubernetes API server, followed by the result. */
function verbose(parts: readonly PartReport[], text: string): string {
  const lines = parts.map(({ name, state, detail }) => {
    const sign = state === 'running' && detail === undefined ? '+' : '-'
    return `[${sign}]${name} ${state}${detail === undefined ? '' : `: ${printable(detail)}`}`
  })
  return [...lines, printable(text)].join('\n')
}

function probe(response: ServerResponse, isGood: boolean, text: string): void {
  response.writeHead(isGood ? 200 : 503, { 'content-type': 'text/plain' }).end(`${printableLines(text)}\n`)
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
