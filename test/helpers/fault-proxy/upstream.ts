import { readFile } from 'node:fs/promises'
import { Agent, type Dispatcher } from 'undici'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { type ApiCall, targetOf } from './api-call.ts'

/** The API server behind the proxies: requests to it, over kept-alive connections that they share. */
export interface Upstream extends AsyncDisposable {
  send(call: ApiCall, signal: AbortSignal): Promise<Dispatcher.ResponseData>
}

/** @param controlPlane whose administrator carries out what the proxies' clients ask for */
export async function openUpstream({ server, caFile, token }: ControlPlane): Promise<Upstream> {
  const agent = new Agent({
    connect: { ca: await readFile(caFile) },
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 60_000,
    bodyTimeout: 0,
  })
  return {
    send: (call, signal) =>
      agent.request({
        origin: server,
        path: targetOf(call),
        method: call.method as Dispatcher.HttpMethod,
        headers: headersOf(call, token),
        body: call.body === '' ? null : call.body,
        signal,
      }),
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

function headersOf({ accept, contentType, etag }: ApiCall, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept,
    'user-agent': 'reeve',
    ...(contentType !== '' && { 'content-type': contentType }),
    ...(etag !== '' && { 'if-none-match': etag }),
  }
}
