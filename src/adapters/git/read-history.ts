import { parseCommit } from './commit.ts'
import type { GitObject } from './object-id.ts'
import type { ObjectStore } from './object-store.ts'
import { parseTree, SUBMODULE } from './tree.ts'

/** All objects of a commit and its ancestors, as far as they are here: those of a shallow clone end early. */
export async function readHistory(
  objects: ObjectStore,
  head: string,
): Promise<ReadonlyMap<string, GitObject>> {
  const found = new Map<string, GitObject>()
  let wanted = [head]
  while (wanted.length > 0) {
    const read = await objects.read(wanted)
    for (const [oid, object] of read) found.set(oid, object)
    const next = new Set([...read].flatMap(([oid, object]) => partsOf(oid, object)))
    const parents = new Set([...read].flatMap(([oid, object]) => parentsOf(oid, object)))
    for (const oid of parents) if (await objects.has(oid)) next.add(oid)
    wanted = [...next].filter((oid) => !found.has(oid))
  }
  return found
}

function partsOf(oid: string, { type, bytes }: GitObject): readonly string[] {
  if (type === 'commit') return [parseCommit(oid, bytes).tree]
  if (type !== 'tree') return []
  return parseTree(bytes).flatMap(({ mode, oid }) => (mode === SUBMODULE ? [] : oid))
}

function parentsOf(oid: string, { type, bytes }: GitObject): readonly string[] {
  return type === 'commit' ? parseCommit(oid, bytes).commit.parents : []
}
