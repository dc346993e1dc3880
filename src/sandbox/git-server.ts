import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { serveGitBackend, startGitBackend } from './git-backend.ts'
import { type GitCredentials, isAllowed, refuse } from './git-credentials.ts'
import { git } from './git-process.ts'
import { initBareRepository, writeHook } from './git-repository.ts'
import { describeGitRequest, type GitRequest } from './git-request.ts'
import { type Reaper, startReaper } from './reaper.ts'
import { startRestartableServer } from './restartable-server.ts'

export interface GitServerOptions extends GitCredentials {
  /** Bare repository to serve, created if missing; by default a temporary one. */
  readonly directory?: string
}

/** One bare repository, served over HTTP by `git http-backend`. */
export interface GitServer extends GitCredentials, AsyncDisposable {
  /** Without credentials: `http://127.0.0.1:PORT/repo.git`. */
  readonly url: string
  /** Path of the bare repository. */
  readonly directory: string
  /** Every request since the first start, in the order of arrival. */
  readonly requests: readonly GitRequest[]
  /** Sets a value in the repository's configuration, such as receive.denyNonFastForwards. */
  config(name: string, value: string): Promise<void>
  /** Installs a hook (githooks(5)), such as pre-receive; `undefined` removes it. */
  setHook(name: string, script: string | undefined): Promise<void>
  /** Stops serving and cuts requests in progress; the repository stays. */
  stop(): Promise<void>
  /** Serves again at the same port. */
  start(): Promise<void>
  /** Stops for good and removes the repository if it is temporary. */
  close(): Promise<void>
}

/** Starts a Git server on a free port of 127.0.0.1. */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const { username, password } = options
  const reaper = startReaper()
  const directory = options.directory ?? (await temporaryRepository(reaper))
  await initBareRepository(directory)
  const requests: GitRequest[] = []
  const server = await startRestartableServer(answer(dirname(directory), options, requests, reaper))
  const close = async () => {
    await server.stop()
    await reaper.close()
  }
  return {
    url: `http://127.0.0.1:${server.port}/${basename(directory)}`,
    directory,
    username,
    password,
    requests,
    config: async (name, value) => void (await git(['config', name, value], { cwd: directory })),
    setHook: (name, script) => setHook(directory, name, script),
    stop: server.stop,
    start: server.start,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function answer(
  root: string,
  credentials: GitCredentials,
  requests: GitRequest[],
  reaper: Reaper,
): RequestListener {
  return async (request, response) => {
    try {
      const body = Buffer.concat(await request.toArray())
      note(requests, describeGitRequest(request, body), response)
      if (!isAllowed(request, credentials)) return refuse(response)
      await serveGitBackend(startGitBackend(request, root, reaper), body, response)
    } catch {
      response.destroy() // the client or the program ended early
    }
  }
}

function note(
  requests: GitRequest[],
  request: Omit<GitRequest, 'time' | 'status'>,
  response: ServerResponse,
): void {
  const time = new Date().toISOString()
  const entry: GitRequest & { status: number | undefined } = { ...request, time, status: undefined }
  requests.push(entry)
  response.once('finish', () => {
    entry.status = response.statusCode
  })
}

async function temporaryRepository(reaper: Reaper): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'reeve-git-'))
  reaper.guardDirectory(parent)
  return join(parent, 'repo.git')
}

async function setHook(directory: string, name: string, script: string | undefined): Promise<void> {
  if (script === undefined) await rm(join(directory, 'hooks', name), { force: true })
  else await writeHook(directory, name, script)
}
