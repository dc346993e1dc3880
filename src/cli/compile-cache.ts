import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A directory of this user alone for the code that Node compiled; undefined where there is none. Node's own default
 * is one that any user of the machine may make first, with code of theirs.
 */
export function compileCacheDirectory(temporary = tmpdir()): string | undefined {
  const user = process.getuid?.()
  if (user === undefined) return undefined
  const directory = join(temporary, `reeve-code-${user}`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const found = lstatSync(directory)
    if (!found.isDirectory() || found.uid !== user) return undefined
    if ((found.mode & 0o077) !== 0) chmodSync(directory, 0o700)
    return directory
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return undefined // the cache is not worth a fault
    throw error
  }
}
