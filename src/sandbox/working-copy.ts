import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Finished } from './child.ts'
import { authorizationFor } from './git-credentials.ts'
import { git, runGit } from './git-process.ts'
import type { GitServer } from './git-server.ts'
import { startReaper } from './reaper.ts'

/** A clone of a server's repository by native git, on the branch main. */
export interface WorkingCopy extends AsyncDisposable {
  readonly directory: string
  /** Writes a file of the working tree; `commit` includes it. */
  write(path: string, text: string | Uint8Array): Promise<void>
  remove(path: string): Promise<void>
  /** Commits all changes, or an empty commit; resolves to its object id. */
  commit(message: string): Promise<string>
  /** Pushes the current branch. Rejects with git's message if the push is refused. */
  push(options?: { readonly force?: boolean }): Promise<void>
  /** Fetches, and fast-forwards the branch. */
  pull(): Promise<void>
  /** Runs a git command here and resolves to its output. Rejects if it fails. */
  run(...args: string[]): Promise<string>
  /** Runs a git command here and resolves to its output, error output and exit code. */
  tryRun(...args: string[]): Promise<Finished>
  close(): Promise<void>
}

export interface WorkingCopyOptions {
  /** Use the server over HTTP; by default its repository directly, even while the server is stopped. */
  readonly http?: boolean
}

const identity = ['Reeve Tester', 'tester@example.com'] as const

/** Clones the server's repository into a temporary directory. */
export async function workingCopy(server: GitServer, options: WorkingCopyOptions = {}): Promise<WorkingCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-work-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const env = { ...identityVariables(), ...(options.http && credentialVariables(server)) }
  const here = { cwd: directory, env }
  const run = (...args: string[]) => git(args, here)
  await run('clone', '--quiet', options.http ? server.url : server.directory, '.')
  const close = () => reaper.close()
  return {
    directory,
    write: async (path, text) => {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), text)
    },
    remove: (path) => rm(join(directory, path), { recursive: true }),
    commit: async (message) => {
      await run('add', '--all', '--force')
      await run('commit', '--quiet', '--allow-empty', `--message=${message}`)
      return run('rev-parse', 'HEAD')
    },
    push: async ({ force } = {}) => {
      await run('push', '--quiet', ...(force ? ['--force'] : []), 'origin', 'HEAD')
    },
    pull: async () => void (await run('pull', '--quiet', '--ff-only')),
    run,
    tryRun: (...args) => runGit(args, here),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function identityVariables(): NodeJS.ProcessEnv {
  const [name, email] = identity
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  }
}

// Passed in the environment, so that no process list and no file shows them.
function credentialVariables(server: GitServer): NodeJS.ProcessEnv {
  const authorization = authorizationFor(server)
  if (authorization === undefined) return {}
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
  }
}
