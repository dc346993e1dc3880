import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { git, gitEnvironment } from '../../../src/sandbox/git-process.ts'

export interface ImportedCommit {
  readonly message: string
  /** Path → text of everything that the commit holds. */
  readonly files: ReadonlyMap<string, string>
}

/**
 * Writes commits, each on top of the one before, into a bare repository; no branch has them yet.
 * @returns their ids
 */
export async function importCommits(
  directory: string,
  name: string,
  commits: readonly ImportedCommit[],
): Promise<readonly string[]> {
  const ref = `refs/chaos/${name}`
  const importer = spawn('git', ['fast-import', '--quiet', '--date-format=now'], {
    cwd: directory,
    env: gitEnvironment(),
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(importer, 'close')
  importer.stdin.end(commits.map((commit) => streamOf(ref, commit)).join(''))
  const [code] = await ended
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
  return (await git(['rev-list', '--reverse', ref], { cwd: directory })).split('\n')
}

/** Moves a branch of a bare repository, as a push does. */
export async function moveBranch(directory: string, branch: string, commit: string): Promise<void> {
  const file = join(directory, 'refs', 'heads', branch)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.lock`, `${commit}\n`)
  await rename(`${file}.lock`, file)
}

function streamOf(ref: string, { message, files }: ImportedCommit): string {
  const changes = [...files].map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)
  return `commit ${ref}\ncommitter Chaos <chaos@example.com> now\n${data(message)}deleteall\n${changes.join('')}\n`
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}
