import { readFile } from 'node:fs/promises'
import { type Dispatcher, Pool } from 'undici'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'

/** As many connections as Reeve has requests in flight. */
export const CONNECTIONS = 16

/** The API server as plain HTTP: kept-alive connections and nothing above them. */
export interface Api extends AsyncDisposable {
  /** Sends one request and gives the body of its answer. Rejects where the status is not 2xx. */
  send(method: Dispatcher.HttpMethod, path: string, body?: string, contentType?: string): Promise<string>
  /** The answer as a stream, for watches. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

export async function connect({
  server,
  caFile,
  token,
}: Pick<ControlPlane, 'server' | 'caFile' | 'token'>): Promise<Api> {
  const ca = await readFile(caFile, 'utf8')
  const options = { connect: { ca }, pipelining: 1, allowH2: false, bodyTimeout: 0 }
  const pool = new Pool(server, { ...options, connections: CONNECTIONS })
  const watches = new Pool(server, options)
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'raw' }
  return {
    async send(method, path, body, contentType = 'application/json') {
      const answer = await pool.request({
        method,
        path,
        body: body ?? null,
        headers: { ...headers, 'content-type': contentType },
      })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
      return text
    },
    stream: async (path, signal) => (await watches.request({ method: 'GET', path, headers, signal })).body,
    [Symbol.asyncDispose]: async () => void (await Promise.all([pool.destroy(), watches.destroy()])),
  }
}
