import type { ForgeClient } from './forge-client.ts'
import { forgeFault } from './forge-fault.ts'
import type { ForgeRequest } from './forge-request.ts'

/** What libraries give to `fetch`. */
export interface FetchInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | null
}

const METHODS: readonly ForgeRequest['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** Of answers without a body, as the Fetch standard has it. */
const EMPTY = new Set([204, 205, 304])

/** The function `fetch` for a library, by way of the client: its bounds, proxies, CAs and budgets. */
export function fetchThrough(client: ForgeClient): (url: string, init?: FetchInit) => Promise<Response> {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const known = METHODS.find((each) => each === method)
    if (!known || (body !== undefined && typeof body !== 'string')) throw new TypeError(`${method} of a body`)
    const request = { method: known, url, headers, body, signal: signal ?? undefined }
    const { status, headers: said, text } = await client.send(request)
    if (status < 200 || status > 599)
      throw forgeFault('forge-unreachable', `${method} ${url}: HTTP status ${status}`)
    return new Response(EMPTY.has(status) ? null : text, { status, headers: { ...said } })
  }
}
