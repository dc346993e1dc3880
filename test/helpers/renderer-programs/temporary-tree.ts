import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FileTree } from '../../../src/adapters/engine/engine.ts'

/** A directory private to this user, with a tree's files and an empty home; removed on disposal. */
export interface TemporaryTree extends AsyncDisposable {
  /** Directory of the tree's files. */
  readonly tree: string
  /** Directory for a program's own files. */
  readonly home: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Writes the tree's files. Rejects if a path leads out of the tree. */
export async function writeTemporaryTree(tree: FileTree): Promise<TemporaryTree> {
  const files = await tree.files()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-render-'))
  const made = {
    tree: join(directory, 'tree'),
    home: join(directory, 'home'),
    files,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
  try {
    await mkdir(made.home)
    await mkdir(made.tree)
    for (const [path, data] of files) await writeBelow(made.tree, path, data)
    return made
  } catch (error) {
    await made[Symbol.asyncDispose]()
    throw error
  }
}

async function writeBelow(directory: string, path: string, data: Uint8Array): Promise<void> {
  const leaves = path.split('/').some((part) => part === '..' || part === '.' || part === '')
  if (leaves) throw new Error(`not a path of a file in a tree: ${JSON.stringify(path)}`)
  const file = join(directory, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, data, { flag: 'wx', mode: 0o600 })
}
