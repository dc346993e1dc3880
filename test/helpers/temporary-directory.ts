import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** An empty directory that is there until the end of the test. */
export async function temporaryDirectory(t: ExecutionContext<unknown>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-test-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** One of these files; contents by path. */
export async function directoryOf(
  t: ExecutionContext<unknown>,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = await temporaryDirectory(t)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), content)
  }
  return directory
}
