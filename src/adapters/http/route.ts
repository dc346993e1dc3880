import type { IncomingHttpHeaders } from 'node:http'

/** What one path answers to one method. */
export interface Route {
  /** A GET also answers HEAD. */
  readonly method: 'GET' | 'POST'
  /** Compared as it is, without the query. */
  readonly path: string
  /** Limits of the body; absent: it is not read. */
  readonly body?: BodyLimits
  readonly handle: (request: RouteRequest) => Answer | Promise<Answer>
}

export interface BodyLimits {
  readonly maxBytes: number
  /** Time for all of it to arrive, in milliseconds. */
  readonly withinMs: number
}

export interface RouteRequest {
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** IP address of the other side of the connection, which may be a proxy. */
  readonly address: string
  /** Reads the body, within the limits of the route. */
  readonly readBody: () => Promise<Body>
}

/** The body, or the status code that refuses it. */
export type Body = { readonly bytes: Buffer } | { readonly refused: 408 | 413 }

export interface Answer {
  readonly status: number
  /** Plain text, unless the headers say otherwise. */
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
  /** Work for after the answer is sent. */
  readonly after?: () => void
}
