import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A file that is gone with the test. Without a content, only its path. */
export async function temporaryFile(t: ExecutionContext, content?: string | Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-forge-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'file')
  if (content !== undefined) await writeFile(file, content)
  return file
}
