import { randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Writes a file atomically: no reader sees half of it, even after a kill. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `tmp_${randomUUID()}`)
  await writeFile(unfinished, content)
  await rename(unfinished, path)
}
