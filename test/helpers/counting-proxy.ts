import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Agent, type Dispatcher } from 'undici'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { passedOn } from './passed-on.ts'

export interface CountedRequest {
  /** In milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly isWatch: boolean
}

/** What befalls a request instead of being passed on: an answer of that status, or a watch that ends at once. */
export type Mishap = 404 | 'end'

export interface CountingProxyOptions {
  readonly name: string
  /** Of the client; by default it has all rights. */
  readonly token?: string
  readonly mishap?: (request: CountedRequest) => Mishap | undefined
}

/** A proxy in front of the API server that notes each request of its client. */
export interface CountingProxy extends AsyncDisposable {
  /** Path of a kubeconfig that leads through it. */
  readonly kubeconfig: string
  readonly requests: readonly CountedRequest[]
}

export async function startCountingProxy(
  controlPlane: ControlPlane,
  { name, token = controlPlane.token, mishap }: CountingProxyOptions,
): Promise<CountingProxy> {
  const requests: CountedRequest[] = []
  const sockets = new Set<Socket>()
  const connect = { ca: await readFile(controlPlane.caFile) }
  const agent = new Agent({ connect, bodyTimeout: 0, headersTimeout: 0 })
  const server = createServer((request, response) => {
    response.on('error', () => {})
    const counted = countedOf(request)
    requests.push(counted)
    const what = mishap?.(counted)
    if (what !== undefined) response.writeHead(what === 'end' ? 200 : what).end()
    else passOn(request, response, agent, controlPlane.server).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    kubeconfig: await writeKubeconfig(join(controlPlane.directory, `${name}.counted`), url, token),
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await agent.destroy()
    },
  }
}

function countedOf({ method = 'GET', url = '/' }: IncomingMessage): CountedRequest {
  const { pathname, searchParams } = new URL(url, 'http://proxy')
  return { at: Date.now(), method, path: pathname, isWatch: searchParams.has('watch') }
}

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  agent: Agent,
  origin: string,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const { method, url = '/', headers } = request
  const answer = await agent.request({
    origin,
    path: url,
    method: method as Dispatcher.HttpMethod,
    headers: passedOn(headers, PASSED_ON),
    body: method === 'GET' ? null : Buffer.concat(await request.toArray()),
    signal: gone.signal,
  })
  response.writeHead(answer.statusCode, passedOn(answer.headers, PASSED_ON))
  response.flushHeaders()
  await pipeline(answer.body, response)
}

const PASSED_ON = [
  'accept',
  'authorization',
  'content-type',
  'etag',
  'if-none-match',
  'retry-after',
  'user-agent',
  'warning',
]

async function writeKubeconfig(file: string, server: string, token: string): Promise<string> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'counted',
    clusters: [{ name: 'counted', cluster: { server } }],
    contexts: [{ name: 'counted', context: { cluster: 'counted', user: 'counted' } }],
    users: [{ name: 'counted', user: { token } }],
  }
  await writeFile(file, JSON.stringify(kubeconfig))
  return file
}
