import type { CommitRange } from '../../adapters/git/commit-range.ts'
import { idOf, keyOf, type LiveObject } from '../../model/object.ts'
import { revisionAt } from '../../model/revision.ts'
import type { Commit } from '../../model/snapshot.ts'
import { type AllowedDeletions, allowedDeletions } from '../../stages/plan/allowed-deletions.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { DeletionOptions } from './deletion-options.ts'
import type { Work } from './work.ts'

/** Maximum number of commits examined after one with a trailer. */
const MOST_COMMITS = 1000

const NOTHING: AllowedDeletions = new Set()

/**
 * Deletions that the commits since the last synced one allow. Only the status branch says which commit that
 * was, and others may write there: so the trailer of an earlier commit counts only for objects that were gone
 * at that commit, as Git and the marks of the live objects prove. The head's own trailer always counts.
 * @param going all of the installation's objects that would be deleted
 */
export async function allowanceFor(
  work: Work,
  going: readonly LiveObject[],
  options: DeletionOptions,
): Promise<AllowedDeletions> {
  const { name, head } = work
  const commits = await options.commits(rangeOf(work, options))
  const allowing = commits.filter(({ message }) => isAllowed(allowedDeletions([message]), name))
  const byHead = allowing.filter(({ oid }) => oid === head)
  if (byHead.length > 0) return allowedDeletions(byHead.map(({ message }) => message))
  const left = new Set(going)
  for (const commit of allowing)
    for (const live of await coveredBy(commit, work, [...left], options)) left.delete(live)
  return left.size > 0 ? NOTHING : allowedDeletions(allowing.map(({ message }) => message))
}

function isAllowed(allowed: AllowedDeletions, name: string): boolean {
  return allowed.has('*') || allowed.has(name)
}

/** From the last synced commit; if it is unknown, from the record's own commit, inclusive. */
function rangeOf({ name, head }: Work, { record }: DeletionOptions): CommitRange {
  const recorded = record(name)
  const done = lastSyncedRevision(recorded)
  return { from: done?.own ?? recorded?.commit, to: head, inclusive: done === undefined }
}

/** Objects declared before the commit, but no longer at it; none if in doubt. */
async function coveredBy(
  { oid }: Commit,
  { id, head }: Work,
  going: readonly LiveObject[],
  { commits, history, view, namespace }: DeletionOptions,
): Promise<readonly LiveObject[]> {
  const later = await commits({ from: oid, to: head, inclusive: true })
  if (later.length > MOST_COMMITS) return []
  const since = new Set(later.map((commit) => commit.oid))
  const then = await history.installationAt(revisionAt(oid), id)
  if (then && then.faults.length > 0) return []
  const { objects, blocked } = then ? resolve(then, view.kinds, { namespace }) : { objects: [], blocked: [] }
  const declared = new Set([...objects, ...blocked].map(({ key }) => idOf(key)))
  return going.filter((live) => {
    const appliedAt = appliedOf(live)?.revision.own
    return appliedAt !== undefined && !since.has(appliedAt) && !declared.has(idOf(keyOf(live)))
  })
}
