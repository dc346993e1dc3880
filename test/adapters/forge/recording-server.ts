import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type { ExecutionContext } from 'ava'
import { serve } from '../../helpers/serve.ts'

export interface Received {
  readonly method: string
  /** Below the API's URL. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown
}

export interface RecordingServer {
  readonly url: string
  readonly received: readonly Received[]
  /** Replies to the next requests in place of the server, in this order. */
  readonly instead: Reply[]
}

/** A server that keeps what it receives, gone with the test. @param api path of the API */
export async function recordingServer(
  t: ExecutionContext,
  api: string,
  answer: (request: Received) => Reply,
): Promise<RecordingServer> {
  const received: Received[] = []
  const instead: Reply[] = []
  const url = await serve(t, async (message, response) => {
    const target = new URL(message.url ?? '', 'http://forge.example')
    const body = hasBody(message) ? await json(message) : undefined
    const { method = '', headers } = message
    const path = target.pathname.startsWith(api) ? target.pathname.slice(api.length) : target.pathname
    const request = { method, path, query: target.searchParams, headers, body }
    received.push(request)
    const { status = 200, headers: more, body: content } = instead.shift() ?? answer(request)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...more })
    response.end(typeof content === 'string' || content === undefined ? content : JSON.stringify(content))
  })
  return { url, received, instead }
}

/** What a request has in place of the stars of `METHOD PATH`; undefined where it does not fit. */
export function matching(route: string, { method, path }: Received): readonly string[] | undefined {
  const names = route.split('/')
  const parts = `${method} ${path}`.split('/')
  const isFitting =
    names.length === parts.length && names.every((name, at) => name === '*' || name === parts[at])
  return isFitting ? parts.filter((_, at) => names[at] === '*') : undefined
}

/** Part of a list, as a page of a request. */
export function pageOf<Item>(
  all: readonly Item[],
  { query }: Received,
  parameter = 'per_page',
): { readonly items: readonly Item[]; readonly next: number | undefined } {
  const page = Number(query.get('page') ?? 1)
  const size = Number(query.get(parameter) ?? 30)
  return {
    items: all.slice((page - 1) * size, page * size),
    next: page * size < all.length ? page + 1 : undefined,
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
