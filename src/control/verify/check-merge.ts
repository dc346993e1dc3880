import type { Commit } from '../../model/snapshot.ts'
import type { Look } from './look.ts'

/**
 * Why a merge that the forge made is not what merging its parents gives; undefined if it is. It may neither add
 * anything nor leave out what one of the parents has.
 */
export async function unlikeMerge({ oid, parents }: Commit, look: Look): Promise<string | undefined> {
  const [first, second] = parents
  if (first === undefined || second === undefined) return undefined
  const [made, merged] = [await look.entries(oid), await look.merged(first, second)]
  if (typeof merged === 'string') return `whether it only merges cannot be told: ${merged}`
  for (const [path, entry] of made)
    if (merged.get(path) !== entry) return `${path} is not what merging its parents gives`
  for (const path of merged.keys())
    if (!made.has(path)) return `${path} is missing, which merging its parents gives`
  return undefined
}
