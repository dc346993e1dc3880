import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CgiProcess, relayCgi } from './cgi.ts'
import { isRunning } from './child.ts'
import { gitEnvironment } from './git-process.ts'
import type { Reaper } from './reaper.ts'

/** Starts `git http-backend` for one request. `root` is the directory that holds the repositories. */
export function startGitBackend(request: IncomingMessage, root: string, reaper: Reaper): CgiProcess {
  const program = spawn('git', ['http-backend'], {
    env: gitEnvironment(cgiVariables(request, root)),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  reaper.guard(program)
  return program
}

/** Passes the request's body to the program and relays its response; kills it if the client disconnects. */
export async function serveGitBackend(
  program: CgiProcess,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  response.once('close', () => {
    if (!response.writableFinished) killGroup(program)
  })
  // The program may respond before reading everything; only the response counts.
  program.stdin.on('error', () => {}).end(body)
  await relayCgi(program, response)
}

// Also kills the processes that the program started, such as git receive-pack.
function killGroup(program: CgiProcess): void {
  if (program.pid !== undefined && isRunning(program)) process.kill(-program.pid, 'SIGKILL')
}

// RFC 3875, section 4.1, and git-http-backend(1).
function cgiVariables(request: IncomingMessage, root: string): NodeJS.ProcessEnv {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const { headers } = request
  return {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: `HTTP/${request.httpVersion}`,
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    REMOTE_ADDR: request.socket.remoteAddress,
    REMOTE_USER: 'reeve',
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(headers['content-length'] && { CONTENT_LENGTH: headers['content-length'] }),
    ...(headers['content-encoding'] && { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
    ...(headers['git-protocol'] && { GIT_PROTOCOL: String(headers['git-protocol']) }),
  }
}
