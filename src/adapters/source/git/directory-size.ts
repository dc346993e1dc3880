import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from '../../../support/files/if-missing.ts'

/** Total size of the files below a directory, in bytes; 0 if there is none. */
export async function directorySize(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(ifMissing([]))
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(join(entry.parentPath, entry.name)).then(({ size }) => size, ifMissing(0))),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
