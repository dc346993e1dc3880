import { randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Writes a file of a git directory; nobody ever sees half of it, also not after a kill. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `tmp_${randomUUID()}`)
  await writeFile(unfinished, content)
  await rename(unfinished, path)
}
