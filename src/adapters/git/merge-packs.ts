import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { endOf, type IndexedObject, parsePackIndex } from './pack-index.ts'
import { type EncodedPack, finishPack } from './pack-writer.ts'
import { storePack } from './store-pack.ts'

const HEADER = 12
const CHECKSUM = 20

interface LoadedPack {
  /** The entries, without header and checksum. */
  readonly body: Buffer
  /** Offsets are relative to the body. */
  readonly objects: readonly IndexedObject[]
}

/**
 * Merges all packs but the largest, without inflating objects: a delta names its base by the distance, which
 * stays the same. Then removes the merged packs and loose copies. A process killed in between leaves harmless
 * duplicates.
 */
export async function mergePacks(gitdir: string): Promise<void> {
  const directory = join(gitdir, 'objects', 'pack')
  const names = (await bySize(directory)).slice(0, -1)
  const packs = await Promise.all(names.map((name) => loadPack(join(directory, name))))
  const merged = concatenate(packs)
  await storePack(gitdir, merged)
  const obsolete = names.filter((name) => name !== merged.name)
  await Promise.all(obsolete.map((name) => rm(join(directory, `${name}.idx`))))
  await Promise.all(obsolete.map((name) => rm(join(directory, `${name}.pack`))))
  await removeLooseCopies(gitdir)
}

/** The packs' names, the largest last. */
async function bySize(directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.idx'))
  const sized = await Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.idx'.length)
      return { name, size: (await stat(join(directory, `${name}.pack`))).size }
    }),
  )
  return sized.sort((one, other) => one.size - other.size).map(({ name }) => name)
}

async function loadPack(path: string): Promise<LoadedPack> {
  const index = parsePackIndex(await readFile(`${path}.idx`))
  const bytes = await readFile(`${path}.pack`)
  const body = bytes.subarray(HEADER, bytes.length - CHECKSUM)
  const objects = Array.from(index.offsets, (offset, at) => {
    const end = endOf(index, offset) ?? bytes.length - CHECKSUM
    const crc = crc32(bytes.subarray(offset, end))
    return { id: index.ids.subarray(at * 20, at * 20 + 20), offset: offset - HEADER, crc }
  })
  return { body, objects }
}

function concatenate(packs: readonly LoadedPack[]): EncodedPack {
  const objects: IndexedObject[] = []
  let start = HEADER
  for (const pack of packs) {
    for (const object of pack.objects) objects.push({ ...object, offset: object.offset + start })
    start += pack.body.length
  }
  return finishPack(
    packs.map(({ body }) => body),
    objects,
  )
}

/** Loose objects are copies of packed ones here (see Store). */
async function removeLooseCopies(gitdir: string): Promise<void> {
  const names = (await readdir(join(gitdir, 'objects'))).filter((name) => /^[0-9a-f]{2}$/.test(name))
  await Promise.all(names.map((name) => rm(join(gitdir, 'objects', name), { recursive: true, force: true })))
}
