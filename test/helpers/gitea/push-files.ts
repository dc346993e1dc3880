import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git, runGit } from '../../../src/sandbox/git-process.ts'

export interface PushOptions {
  /** Branch to push to, by default main; where it is not there yet, the commit goes on top of main. */
  readonly branch?: string
  /** Path → content; undefined removes the file. */
  readonly files: Readonly<Record<string, string | undefined>>
  readonly message?: string
}

/** Pushes a commit by native git. @param url with credentials @returns the commit's id */
export async function pushFiles(
  url: string,
  { branch = 'main', files, message = 'Change files' }: PushOptions,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-push-'))
  const env = {
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'admin-ann@forge.example',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'admin-ann@forge.example',
  }
  const run = (...args: readonly string[]) => git(args, { cwd: directory, env })
  try {
    await run('init', '--quiet', `--initial-branch=${branch}`)
    for (const start of [branch, 'main']) {
      const { code } = await runGit(['fetch', '--quiet', url, `refs/heads/${start}`], { cwd: directory, env })
      if (code !== 0) continue
      await run('reset', '--quiet', '--hard', 'FETCH_HEAD')
      break
    }
    for (const [path, content] of Object.entries(files)) await writeOrRemove(join(directory, path), content)
    await run('add', '--all', '--force')
    await run('commit', '--quiet', '--allow-empty', `--message=${message}`)
    await run('push', '--quiet', url, `HEAD:refs/heads/${branch}`)
    return await run('rev-parse', 'HEAD')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeOrRemove(file: string, content: string | undefined): Promise<void> {
  if (content === undefined) return rm(file)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
