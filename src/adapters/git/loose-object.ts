import { randomUUID } from 'node:crypto'
import { readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { ifMissing } from '../../support/files/if-missing.ts'
import { makePrivate, writePrivate } from '../../support/files/private.ts'
import { DamagedStore } from './damaged-store.ts'
import { type GitObject, type ObjectType, objectId } from './object-id.ts'

/** Path of an object outside packs. */
function loosePath(gitdir: string, oid: string): string {
  return join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2))
}

/** Writes the object atomically, unless it exists. @returns its id */
export async function writeLoose(gitdir: string, type: ObjectType, bytes: Uint8Array): Promise<string> {
  const oid = objectId(type, bytes)
  const path = loosePath(gitdir, oid)
  if (await isFile(path)) return oid
  await makePrivate(dirname(path))
  const unfinished = join(gitdir, 'objects', `tmp_${randomUUID()}`)
  await writePrivate(
    unfinished,
    deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])),
  )
  await rename(unfinished, path)
  return oid
}

/** Reads an object outside packs; undefined if there is none. */
export async function readLoose(
  gitdir: string,
  oid: string,
  limit: number,
): Promise<GitObject | 'too-large' | undefined> {
  const deflated = await readFile(loosePath(gitdir, oid)).catch(ifMissing(undefined))
  return deflated && parseLoose(deflated, limit)
}

function parseLoose(deflated: Buffer, limit: number): GitObject | 'too-large' {
  const raw = inflate(deflated, limit + 64)
  if (raw === 'too-large') return raw
  const end = raw.indexOf(0)
  const header = /^(commit|tree|blob|tag) (\d+)$/.exec(raw.toString('latin1', 0, Math.max(0, end)))
  const bytes = raw.subarray(end + 1)
  if (!header || Number(header[2]) !== bytes.length) throw new DamagedStore('a loose object is damaged')
  return bytes.length > limit ? 'too-large' : { type: header[1] as ObjectType, bytes }
}

function inflate(deflated: Buffer, limit: number): Buffer | 'too-large' {
  try {
    return inflateSync(deflated, { maxOutputLength: limit })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'too-large'
    throw new DamagedStore('a loose object cannot be inflated', { cause })
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.size > 0, ifMissing(false))
}
