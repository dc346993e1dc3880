import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from './git-process.ts'

/** Lets a bare repository accept pushes over HTTP; creates it, with the branch main, if it is missing. */
export async function initBareRepository(directory: string): Promise<void> {
  if (!existsSync(join(directory, 'HEAD'))) {
    await git(['init', '--quiet', '--bare', '--initial-branch=main', directory])
  }
  await git(['config', 'http.receivepack', 'true'], { cwd: directory })
  await git(['config', 'gc.auto', '0'], { cwd: directory }) // gc would run in the background
}

/** Installs a hook (githooks(5)): the text of a program that begins with `#!`. */
export async function writeHook(directory: string, name: string, script: string): Promise<void> {
  const path = join(directory, 'hooks', name)
  await mkdir(join(directory, 'hooks'), { recursive: true })
  await writeFile(path, script)
  await chmod(path, 0o755)
}
