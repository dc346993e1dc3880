import type { ExecutionContext } from 'ava'
import {
  openRepository,
  type Repository,
  type RepositoryOptions,
} from '../../../src/adapters/git/repository.ts'
import type { Fault } from '../../../src/model/fault.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { type GitServer, type GitServerOptions, startGitServer } from '../../../src/sandbox/git-server.ts'
import { type WorkingCopy, workingCopy } from '../../../src/sandbox/working-copy.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'

export interface GitScene {
  readonly server: GitServer
  readonly work: WorkingCopy
  /** The data directory. */
  readonly directory: string
  /** What Reeve warned of. */
  readonly warnings: readonly Fault[]
  /** Commits these files on top of what is there and pushes. @returns the commit */
  push(files: Readonly<Record<string, string>>, message?: string): Promise<string>
  open(options?: Partial<RepositoryOptions>): Promise<Repository>
}

/** A Git server, a working copy of native git, and a data directory, all gone when the test ends. */
export async function gitScene(t: ExecutionContext, options: GitServerOptions = {}): Promise<GitScene> {
  const server = await startGitServer(options)
  t.teardown(() => server.close())
  const work = await workingCopy(server)
  t.teardown(() => work.close())
  const directory = await temporaryDirectory(t)
  const warnings: Fault[] = []
  return {
    server,
    work,
    directory,
    warnings,
    async push(files, message = 'change') {
      for (const [path, text] of Object.entries(files)) await work.write(path, text)
      const oid = await work.commit(message)
      await work.push()
      return oid
    },
    async open(more = {}) {
      const repository = await openRepository({
        directory,
        remote: { url: server.url, credentials: async () => credentialsOf(options) },
        onWarning: (fault) => warnings.push(fault),
        ...more,
      })
      t.teardown(() => repository[Symbol.asyncDispose]())
      return repository
    },
  }
}

/** The code of the fault that the action ends with, or what it gave. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    (result) => `no fault but ${JSON.stringify(result)}`,
    (error) => (error instanceof FaultError ? error.fault.code : `no fault but ${error}`),
  )
}

/** The code and the message of the fault that the action ends with, or what it gave. */
export async function faultOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    (result) => `no fault but ${JSON.stringify(result)}`,
    (error) =>
      error instanceof FaultError ? `${error.fault.code}: ${error.message}` : `no fault but ${error}`,
  )
}

/** What the repository reads of a commit: path → text. */
export async function filesOf(
  repository: Repository,
  commit: string,
  path = '',
): Promise<Record<string, string>> {
  const entries = await repository.treeEntries(commit, path)
  const blobs = await repository.readBlobs(entries.map(({ oid }) => oid))
  return Object.fromEntries(entries.map((entry) => [entry.path, textOf(blobs.get(entry.oid))]))
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : ''
}

function credentialsOf({ username, password }: GitServerOptions) {
  return password === undefined ? undefined : { username: username ?? 'x', password }
}
