import type { IncomingMessage } from 'node:http'
import { type ApiCall, kindOfCall } from './api-call.ts'

/** Reads a request to its end. */
export async function readCall(request: IncomingMessage): Promise<ApiCall> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://proxy')
  const method = request.method ?? 'GET'
  const chunks: Buffer[] = await request.toArray()
  return {
    kind: kindOfCall(method, query),
    method,
    path,
    query,
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'] ?? '',
    etag: request.headers['if-none-match'] ?? '',
    body: Buffer.concat(chunks).toString(),
  }
}
