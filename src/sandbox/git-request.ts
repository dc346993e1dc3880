import type { IncomingMessage } from 'node:http'
import { constants, gunzipSync } from 'node:zlib'

export type GitCommand = 'advertise' | 'ls-refs' | 'fetch' | 'push' | 'other'

/** One request that a Git server received. */
export interface GitRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  /** git-upload-pack, git-receive-pack, or '' for anything else. */
  readonly service: string
  /** The requested operation; in protocol version 2, `ls-refs` lists refs, not the advertisement. */
  readonly command: GitCommand
  /** Time when it was complete, ISO 8601. */
  readonly time: string
  /** HTTP status; undefined until the response is complete. */
  readonly status: number | undefined
}

/** Describes a request by its URL and body. */
export function describeGitRequest(
  request: IncomingMessage,
  body: Buffer,
): Omit<GitRequest, 'time' | 'status'> {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const method = request.method ?? 'GET'
  const asked = method === 'GET' ? searchParams.get('service') : path.slice(path.lastIndexOf('/') + 1)
  const service = asked === 'git-upload-pack' || asked === 'git-receive-pack' ? asked : ''
  return { method, path, service, command: commandOf(request, service, body) }
}

function commandOf(request: IncomingMessage, service: string, body: Buffer): GitCommand {
  if (service === '') return 'other'
  if (request.method === 'GET') return 'advertise'
  if (service === 'git-receive-pack') return 'push'
  const text = plain(request, body).toString('latin1', 0, 100)
  return /^[0-9a-f]{4}command=ls-refs\b/.test(text) ? 'ls-refs' : 'fetch' // gitprotocol-v2(5)
}

function plain(request: IncomingMessage, body: Buffer): Buffer {
  if (request.headers['content-encoding'] !== 'gzip') return body
  try {
    return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return body // git itself reports the problem
  }
}
