import type { Commit } from '../../model/snapshot.ts'
import type { CommitRecord } from './commit.ts'

export type FindCommit = (oid: string) => Promise<CommitRecord | undefined>

/** Maximum number of commits visited on each of the two sides. */
const MOST_LOOKED_AT = 10_000

/** Maximum difference between committers' clocks, in seconds. */
const CLOCK_SKEW = 86_400

/** Commits reachable from `to` but not from `from`, newest first, as far as they can be found. */
export async function commitsBetween(
  find: FindCommit,
  from: string,
  to: string,
  limit: number,
): Promise<Commit[]> {
  const visited = new Map<string, Commit>()
  const start = await find(from)
  const oldest = start?.commit.time ?? Number.NEGATIVE_INFINITY
  for await (const commit of ancestors(find, to, new Set([from]))) {
    visited.set(commit.oid, commit)
    if (visited.size >= limit && (start === undefined || commit.time < oldest)) break
  }
  const earliest = Math.min(...visited.values().map(({ time }) => time)) - CLOCK_SKEW
  for await (const commit of ancestors(find, from, new Set())) {
    visited.delete(commit.oid)
    if (visited.size === 0 || commit.time < earliest) break
  }
  return [...visited.values()].slice(0, limit)
}

/** The commit and its ancestors, newest first, without those of `stop` and those only behind them. */
async function* ancestors(
  find: FindCommit,
  start: string,
  stop: ReadonlySet<string>,
): AsyncGenerator<Commit> {
  const seen = new Set(stop)
  const pending: Commit[] = []
  const add = async (oid: string): Promise<void> => {
    if (seen.has(oid)) return
    seen.add(oid)
    const found = await find(oid)
    if (found) pending.push(found.commit)
  }
  await add(start)
  for (let count = 0; pending.length > 0 && count < MOST_LOOKED_AT; count += 1) {
    pending.sort((one, other) => one.time - other.time)
    const newest = pending.pop()
    if (!newest) return
    yield newest
    for (const parent of newest.parents) await add(parent)
  }
}
