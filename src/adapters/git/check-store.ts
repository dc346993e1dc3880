import { parseCommit } from './commit.ts'
import { DamagedStore } from './damaged-store.ts'
import { readShallow } from './git-directory.ts'
import { localBranches, localRef, readRef } from './local-refs.ts'
import { ObjectStore } from './object-store.ts'
import { isStorageError } from './storage-error.ts'
import type { TreeCache } from './tree-cache.ts'
import { walkTree } from './tree-walk.ts'

/**
 * Opens the objects and makes the quick checks: refs and the list of shallow commits are valid, packs fit
 * their indexes, the branches' commits and root directories can be read.
 * @throws DamagedStore, MissingObject
 */
export async function checkStore(gitdir: string): Promise<ObjectStore> {
  await readShallow(gitdir)
  const objects = await ObjectStore.open(gitdir)
  try {
    for (const oid of await heads(gitdir)) await objects.read([await treeOf(objects, oid)])
    return objects
  } catch (error) {
    await objects[Symbol.asyncDispose]()
    throw error
  }
}

/** Whether there are branches, and every object of their commits exists, by name. */
export async function isComplete(gitdir: string, objects: ObjectStore, trees: TreeCache): Promise<boolean> {
  try {
    const oids = await heads(gitdir)
    for (const oid of oids) {
      for (const entry of await walkTree(objects, trees, await treeOf(objects, oid))) {
        if (entry.type !== 'submodule' && !(await objects.has(entry.oid))) return false
      }
    }
    return oids.length > 0
  } catch (error) {
    if (isStorageError(error)) throw error
    return false // unreadable objects count as missing: the caller clones again
  }
}

async function treeOf(objects: ObjectStore, oid: string): Promise<string> {
  const object = (await objects.read([oid])).get(oid)
  if (object?.type !== 'commit') throw new DamagedStore(`${oid} is not a commit`)
  return parseCommit(oid, object.bytes).tree
}

async function heads(gitdir: string): Promise<string[]> {
  const oids = await Promise.all((await localBranches(gitdir)).map((name) => readRef(gitdir, localRef(name))))
  return oids.filter((oid) => oid !== undefined)
}
