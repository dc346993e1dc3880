import { join } from 'node:path'
import { makePrivate } from '../../support/files/private.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import type { EncodedPack } from './pack-writer.ts'

/** Adds a pack to a git directory; each file appears whole. */
export async function storePack(gitdir: string, { name, pack, index }: EncodedPack): Promise<void> {
  const directory = join(gitdir, 'objects', 'pack')
  await makePrivate(directory)
  await writeWhole(join(directory, `${name}.pack`), pack)
  await writeWhole(join(directory, `${name}.idx`), index)
}
