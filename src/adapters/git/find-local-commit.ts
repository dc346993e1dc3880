import { type CommitRecord, parseCommit } from './commit.ts'
import { MissingObject } from './damaged-store.ts'
import type { GitObject } from './object-id.ts'
import type { ObjectReader } from './object-reader.ts'

/** A local commit with the id of its tree; undefined for anything else. @throws DamagedStore */
export async function findLocalCommit(objects: ObjectReader, oid: string): Promise<CommitRecord | undefined> {
  const object = await findCommitObject(objects, oid)
  return object && parseCommit(oid, object.bytes)
}

/** The raw object of a local commit; undefined for anything else. @throws DamagedStore */
export async function findCommitObject(objects: ObjectReader, oid: string): Promise<GitObject | undefined> {
  try {
    const object = (await objects.read([oid])).get(oid)
    return object?.type === 'commit' ? object : undefined
  } catch (error) {
    if (error instanceof MissingObject && error.oid === oid) return undefined
    throw error
  }
}
