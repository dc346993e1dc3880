import type { IncomingMessage } from 'node:http'
import { constants, gunzipSync } from 'node:zlib'

export type GitCommand = 'advertise' | 'ls-refs' | 'fetch' | 'push' | 'other'

/** One request that a Git server got. */
export interface GitRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  /** git-upload-pack, git-receive-pack, or '' for anything else. */
  readonly service: string
  /** What it asks for; with protocol version 2 the advertisement names no refs, `ls-refs` does. */
  readonly command: GitCommand
  /** When it had come, ISO 8601. */
  readonly time: string
  /** HTTP status of the answer; undefined as long as that is not complete. */
  readonly status: number | undefined
}

/** What a request asks for, told from its URL and its body. */
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
    return body // git itself tells what is wrong with it
  }
}
