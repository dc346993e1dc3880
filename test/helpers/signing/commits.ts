import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/sandbox/child.ts'
import { git, gitEnvironment } from '../../../src/sandbox/git-process.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'

const EMAIL = 'ann@example.com'
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** A repository in which the real git makes commits. */
export interface Commits extends AsyncDisposable {
  readonly directory: string
  /** Makes an empty commit; gives its raw object. */
  commit(options?: CommitOptions): Promise<Buffer>
  /** Whether the real `git verify-commit` takes a raw object. */
  verifies(raw: Buffer, config: Config): Promise<boolean>
}

export type Config = Readonly<Record<string, string>>

export interface CommitOptions {
  readonly message?: string
  /** Of the committer, as git takes dates. */
  readonly date?: string
  readonly parents?: readonly string[]
  /** A commit is signed where there is some. */
  readonly config?: Config
}

export async function commits(): Promise<Commits> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-signed-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  await git(['init', '--quiet', '--initial-branch=main', directory])
  return {
    directory,
    async commit({ message = 'Change\n', date, config, parents = [] } = {}) {
      const env = {
        GIT_AUTHOR_NAME: 'Ann',
        GIT_AUTHOR_EMAIL: EMAIL,
        GIT_COMMITTER_NAME: 'Ann',
        GIT_COMMITTER_EMAIL: EMAIL,
        ...(date !== undefined && { GIT_COMMITTER_DATE: date }),
      }
      const sign = config === undefined ? [] : ['-S']
      const made = ['commit-tree', EMPTY_TREE, ...parents.flatMap((oid) => ['-p', oid]), ...sign]
      const oid = await run(['git', ...configured(config)], made, {
        input: message,
        cwd: directory,
        env: gitEnvironment(env),
      })
      if (oid.code !== 0) throw new Error(oid.stderr)
      return rawObject(directory, oid.stdout.trim())
    },
    async verifies(raw, config) {
      const { stdout } = await run(['git'], ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
        input: raw.toString(),
        cwd: directory,
      })
      const { code } = await run(['git', ...configured(config)], ['verify-commit', stdout.trim()], {
        cwd: directory,
      })
      return code === 0
    },
    [Symbol.asyncDispose]: () => reaper.close(),
  }
}

/** The bytes of a commit. */
export async function rawObject(directory: string, revision: string): Promise<Buffer> {
  const { stdout } = await run(['git'], ['cat-file', 'commit', revision], { cwd: directory })
  return Buffer.from(stdout)
}

function configured(config: Config = {}): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
