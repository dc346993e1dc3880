import { randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Writes a file atomically: no reader sees half of it, even after a kill.
 * @param mode permissions, of which the umask takes some; by default for this user alone
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const unfinished = join(dirname(path), `tmp_${randomUUID()}`)
  await writeFile(unfinished, content, { mode })
  await rename(unfinished, path)
}
