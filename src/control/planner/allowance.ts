import { idOf, keyOf, type LiveObject } from '../../model/object.ts'
import { revisionAt } from '../../model/revision.ts'
import type { Commit, VouchedCommit } from '../../model/snapshot.ts'
import { allowedDeletions } from '../../stages/plan/allowed-deletions.ts'
import type { ObjectIds } from '../../stages/plan/prune.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { DeletionOptions } from './deletion-options.ts'
import type { Work } from './work.ts'

/**
 * Whether trailers of commits allow all of these deletions. The head's own trailer always counts. That of an
 * earlier commit counts for objects that were gone at it and that no commit has declared since, as Git and
 * the objects' marks prove, unless the commit was synced: only the status branch says so, and others may write
 * there.
 * @param going all of the installation's objects that would be deleted
 */
export async function areAllowedByTrailers(
  work: Work,
  going: readonly LiveObject[],
  options: DeletionOptions,
): Promise<boolean> {
  if (going.length === 0) return false
  const { name, head } = work
  const synced = lastSyncedRevision(options.record(name))?.own
  const unsynced = await allowingCommits(work, synced ?? head, options)
  if (unsynced.some(({ oid }) => oid === head)) return true
  if (synced !== undefined && unsynced.length === 0) return false
  const isUnsynced = ({ oid }: Commit) =>
    synced === undefined || unsynced.some((commit) => commit.oid === oid)
  for (const [last, objects] of await byLastDeclaration(work, going, options)) {
    if (last === undefined) return false
    const commits = (await allowingCommits(work, last, options)).filter(isUnsynced)
    if (!(await areGone(objects, commits, work, options))) return false
  }
  return true
}

/** Commits after one that have a trailer for the installation; the head is always looked at. */
async function allowingCommits(
  { name, head }: Work,
  from: string,
  { commits }: DeletionOptions,
): Promise<readonly VouchedCommit[]> {
  return (await commits(from, head)).filter((commit) => {
    const allowed = allowedDeletions(commit)
    return allowed.has('*') || allowed.has(name)
  })
}

/** By the full id of the last commit that declared them; undefined where that is unavailable. */
async function byLastDeclaration(
  { head }: Work,
  going: readonly LiveObject[],
  { lastDeclarations }: DeletionOptions,
): Promise<ReadonlyMap<string | undefined, readonly LiveObject[]>> {
  const found: { readonly live: LiveObject; readonly oid: string | undefined }[] = []
  for (const live of going) found.push({ live, oid: (await lastDeclarations.of(live, head))?.revision.own })
  const groups = Map.groupBy(found, ({ oid }) => oid)
  return new Map([...groups].map(([oid, members]) => [oid, members.map(({ live }) => live)]))
}

/** Whether each of the objects was undeclared at one of the commits. */
async function areGone(
  objects: readonly LiveObject[],
  commits: readonly Commit[],
  work: Work,
  options: DeletionOptions,
): Promise<boolean> {
  const left = new Set(objects.map((live) => idOf(keyOf(live))))
  for (const { oid } of commits) {
    const declared = await declaredAt(oid, work, options)
    for (const id of left) if (declared?.has(id) === false) left.delete(id)
  }
  return left.size === 0
}

/** What an installation declared at a commit; undefined in doubt. */
async function declaredAt(
  commit: string,
  { id }: Work,
  { history, view, namespace }: DeletionOptions,
): Promise<ObjectIds | undefined> {
  const then = await history.lookUp(revisionAt(commit), id)
  if ('lacks' in then && then.lacks === 'installation') return new Set()
  if (!('installation' in then) || then.installation.faults.length > 0) return undefined
  const { objects, blocked } = resolve(then.installation, view.kinds, { namespace })
  return new Set([...objects, ...blocked].map(({ key }) => idOf(key)))
}
