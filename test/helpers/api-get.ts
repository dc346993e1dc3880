import { readFile } from 'node:fs/promises'
import { get } from 'node:https'
import { text } from 'node:stream/consumers'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'

/** An API server and how to be let in. */
export type ApiServer = Pick<ControlPlane, 'server' | 'token' | 'caFile'>

export interface ApiAnswer {
  /** HTTP status. */
  readonly code: number
  readonly body: string
}

/** Media type of all kinds below /api or /apis in one answer. */
export const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Gets a path of the API server with all rights, over a connection that is kept. */
export async function apiGet(
  { server, token, caFile }: ApiServer,
  path: string,
  accept = 'application/json',
): Promise<ApiAnswer> {
  const ca = await readFile(caFile)
  const headers = { authorization: `Bearer ${token}`, accept }
  return new Promise((resolve, reject) => {
    const asked = get(`${server}${path}`, { ca, headers, timeout: 30_000 }, (response) => {
      text(response).then((body) => resolve({ code: response.statusCode ?? 0, body }), reject)
    })
    asked.once('timeout', () => asked.destroy(new Error(`no answer to ${path}`)))
    asked.once('error', reject)
  })
}
