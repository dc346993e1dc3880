import type { Commit } from '../../model/snapshot.ts'
import type { Look } from './look.ts'

/**
 * Why a merge that the forge made is more than a merge: each file has to be as in one of the parents, and none may
 * be missing that both have. Undefined if it is not. What a merge leaves out of one parent, by taking a file of
 * the other, cannot be told by this.
 */
export async function addedByMerge({ oid, parents }: Commit, look: Look): Promise<string | undefined> {
  const [merged, first, second] = await Promise.all([oid, ...parents].map((each) => look.entries(each)))
  if (merged === undefined || first === undefined || second === undefined) return undefined
  for (const [path, entry] of merged)
    if (entry !== first.get(path) && entry !== second.get(path)) return `${path} is as in neither parent`
  for (const path of first.keys())
    if (second.has(path) && !merged.has(path)) return `it removes ${path}, which both parents have`
  return undefined
}
