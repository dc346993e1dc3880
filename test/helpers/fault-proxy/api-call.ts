/** What a request asks of the API server, as far as faults are concerned. */
export type CallKind = 'watch' | 'list' | 'read' | 'write'

export interface ApiCall {
  readonly kind: CallKind
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string
  readonly contentType: string
  /** If-None-Match. */
  readonly etag: string
  /** Empty where there is none. */
  readonly body: string
}

export function kindOfCall(method: string, query: URLSearchParams): CallKind {
  if (method !== 'GET') return 'write'
  if (query.get('watch') === 'true') return 'watch'
  return query.has('limit') ? 'list' : 'read'
}

/** Path and query, as they go on the wire. */
export function targetOf({ path, query }: Pick<ApiCall, 'path' | 'query'>): string {
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The same call with other values in its query. */
export function withQuery(call: ApiCall, values: Readonly<Record<string, string>>): ApiCall {
  const query = new URLSearchParams(call.query)
  for (const [name, value] of Object.entries(values)) query.set(name, value)
  return { ...call, query }
}
