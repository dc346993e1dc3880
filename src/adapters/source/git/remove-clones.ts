import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from '../../../support/files/if-missing.ts'
import { directorySize } from './directory-size.ts'

/**
 * Removes clones, the one opened longest ago first, until all together have at most `mostBytes`.
 * @param inUse names of directories that stay
 */
export async function removeClones(
  directory: string,
  mostBytes: number,
  inUse: ReadonlySet<string>,
): Promise<void> {
  const names = await readdir(directory).catch(ifMissing([]))
  const clones = await Promise.all(names.map((name) => look(directory, name)))
  let sum = 0
  for (const { name, size } of clones.sort((a, b) => b.openedAt - a.openedAt)) {
    sum += size
    if (sum > mostBytes && !inUse.has(name)) await rm(join(directory, name), { recursive: true, force: true })
  }
}

async function look(directory: string, name: string) {
  const path = join(directory, name)
  const { mtimeMs } = await stat(path).catch(ifMissing({ mtimeMs: 0 }))
  return { name, size: await directorySize(path), openedAt: mtimeMs }
}
