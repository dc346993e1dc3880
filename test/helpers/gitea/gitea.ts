import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { request } from 'undici'
import { freePort } from '../../../src/sandbox/free-port.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { ServerProcess } from '../../../src/sandbox/server-process.ts'
import { until } from '../../../src/sandbox/until.ts'
import { toolModule } from '../go-tool.ts'
import { buildGitea } from './build.ts'
import { configuration } from './configuration.ts'
import { type GiteaUser, type GiteaUsers, prepareGitea, USERS_FILE } from './prepare.ts'
import { type PushOptions, pushFiles } from './push-files.ts'

export interface GiteaCall {
  /** By default the admin. */
  readonly as?: GiteaUser | undefined
  /** Rather than with the token: tokens are made so. */
  readonly withPassword?: boolean
  readonly body?: object
}

export interface NewPull {
  readonly title?: string
  /** `branch`, or `user:branch` of a fork. */
  readonly head: string
  readonly base?: string
  readonly as?: GiteaUser
}

/** Of pushes and pull requests. */
export interface NewWebhook {
  readonly url: string
  readonly secret: string
}

/** The real Gitea, with two users. */
export interface Gitea extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Undefined unless asked for. */
  readonly sshPort: number | undefined
  readonly users: GiteaUsers
  /** Sends a request to the API, and rejects unless it succeeds. @returns the parsed answer */
  call(method: Method, path: string, options?: GiteaCall): Promise<GiteaAnswer>
  /** Creates `NAME` of the admin, with a branch main and a README.md. */
  createRepository(name: string): Promise<GiteaRepository>
  /**
   * Gives a token with these scopes alone, such as `read:repository`. The server makes it: its own command beside it is
   * another writer of the database, by which the server's writes fail ("database is locked").
   */
  createToken(user: GiteaUser, scopes: readonly string[]): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

export interface GiteaRepository {
  /** `owner/name` */
  readonly name: string
  /** Of its page, without credentials: what Git takes, too. */
  readonly url: string
  /** URL for git with a user's credentials; by default the admin's. */
  cloneUrl(as?: GiteaUser): string
  /** Of its SSH server. */
  readonly sshUrl: string
  /** Pushes a commit. @returns its id */
  push(options: PushOptions & { readonly as?: GiteaUser }): Promise<string>
  /** Lets another user push. */
  addCollaborator(user: GiteaUser): Promise<void>
  /** A fork of another user. */
  fork(as: GiteaUser): Promise<GiteaRepository>
  /** @returns its number */
  openPull(pull: NewPull): Promise<number>
  /** @returns the id of the merge commit */
  mergePull(number: number): Promise<string>
  closePull(number: number): Promise<void>
  addWebhook(webhook: NewWebhook): Promise<void>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A parsed answer, of which tests know the form. */
// biome-ignore lint/suspicious/noExplicitAny: what the real server says is tested, not typed
export type GiteaAnswer = any

/** Starts one with no repository on a free port. */
export async function startGitea({ ssh = false }: { readonly ssh?: boolean } = {}): Promise<Gitea> {
  const program = await buildGitea()
  const staticFiles = await moduleDirectory()
  const prepared = await prepareGitea(program, staticFiles)
  const directory = await mkdtemp(join(tmpdir(), 'reeve-gitea-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  await cp(prepared, directory, { recursive: true })
  const port = await freePort()
  const sshPort = ssh ? await freePort() : undefined
  const file = join(directory, 'app.ini')
  await writeFile(file, configuration({ directory, port, staticFiles, sshPort }))
  const users: GiteaUsers = JSON.parse(await readFile(join(directory, USERS_FILE), 'utf8'))
  const url = `http://127.0.0.1:${port}`
  const server = new ServerProcess({
    name: 'Gitea',
    // Hooks of Git find their configuration in the home directory.
    command: ['/usr/bin/env', `HOME=${directory}`, program],
    arguments: ['--config', file, 'web'],
    directory,
    log: join(directory, 'gitea.log'),
    reaper,
    isReady: () => isHealthy(url),
  })
  await server.start()
  const send = sender(url, users)
  const call: Gitea['call'] = async (method, path, options) =>
    expectSuccess(await send(method, path, options))
  return {
    url,
    sshPort,
    users,
    call,
    async createRepository(name) {
      await call('POST', 'user/repos', {
        body: { name, auto_init: true, default_branch: 'main', private: false },
      })
      return repositoryOf({ url, sshPort, users, call, send }, `${users.admin.name}/${name}`)
    },
    async createToken(user, scopes) {
      const path = `users/${user.name}/tokens`
      const made = await call('POST', path, {
        as: user,
        withPassword: true,
        body: { name: scopes.join(), scopes },
      })
      return String(made.sha1)
    },
    stop: () => server.stop(),
    start: () => server.start(),
    async [Symbol.asyncDispose]() {
      await server.stop()
      await reaper.close()
    },
  }
}

interface Server extends Pick<Gitea, 'url' | 'sshPort' | 'users' | 'call'> {
  readonly send: Send
}

function repositoryOf(server: Server, name: string): GiteaRepository {
  const { url, sshPort, users, call, send } = server
  const path = `repos/${name}`
  const cloneUrl = ({ name: user, token }: GiteaUser = users.admin) =>
    `${url.replace('//', `//${user}:${token}@`)}/${name}.git`
  return {
    name,
    url: `${url}/${name}`,
    cloneUrl,
    sshUrl: `ssh://git@127.0.0.1:${sshPort}/${name}.git`,
    push: ({ as, ...options }) => pushFiles(cloneUrl(as), options),
    async addCollaborator(user) {
      await call('PUT', `${path}/collaborators/${user.name}`, { body: { permission: 'write' } })
    },
    async fork(as) {
      const { full_name: fork } = await call('POST', `${path}/forks`, { as, body: {} })
      return repositoryOf(server, String(fork))
    },
    async openPull({ as, title = 'Change', head, base = 'main' }) {
      const opened = await call('POST', `${path}/pulls`, { as, body: { title, head, base } })
      return Number(opened.number)
    },
    async mergePull(number) {
      // It answers 405 until it has checked whether the branches conflict; who looks has a check that it lost made anew.
      const isMerged = async () => {
        await call('GET', `${path}/pulls/${number}`)
        const merge = await send('POST', `${path}/pulls/${number}/merge`, { body: { Do: 'merge' } })
        if (merge.status !== 405) expectSuccess(merge)
        return merge.status !== 405
      }
      await until(`${name}#${number} can be merged`, isMerged, 90_000, 250)
      const merged = await call('GET', `${path}/pulls/${number}`)
      return String(merged.merge_commit_sha)
    },
    async closePull(number) {
      await call('PATCH', `${path}/pulls/${number}`, { body: { state: 'closed' } })
    },
    async addWebhook({ url: target, secret }) {
      const events = ['push', 'pull_request', 'pull_request_sync']
      const config = { url: target, content_type: 'json', secret }
      await call('POST', `${path}/hooks`, { body: { type: 'gitea', active: true, config, events } })
    },
  }
}

interface SentAnswer {
  readonly request: string
  readonly status: number
  readonly text: string
}

type Send = (method: Method, path: string, options?: GiteaCall) => Promise<SentAnswer>

function sender(url: string, users: GiteaUsers): Send {
  return async (method, path, { as = users.admin, withPassword = false, body } = {}) => {
    const authorization = withPassword
      ? `Basic ${Buffer.from(`${as.name}:${as.password}`).toString('base64')}`
      : `token ${as.token}`
    const answer = await request(`${url}/api/v1/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { request: `${method} ${path}`, status: answer.statusCode, text: await answer.body.text() }
  }
}

function expectSuccess({ request: asked, status, text }: SentAnswer): GiteaAnswer {
  if (status >= 300) throw new Error(`${asked}: ${status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function isHealthy(url: string): Promise<boolean> {
  return request(`${url}/api/healthz`).then(
    async ({ statusCode, body }) => {
      await body.dump()
      return statusCode === 200
    },
    () => false,
  )
}

/** The program may be there longer than its sources: then they are fetched again. */
async function moduleDirectory(): Promise<string> {
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', 'code.gitea.io/gitea'], {
    cwd: toolModule('gitea'),
  })
  return JSON.parse(stdout).Dir
}
