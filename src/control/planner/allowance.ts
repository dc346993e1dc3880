import { idOf, keyOf, type LiveObject } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { Commit, VouchedCommit } from '../../model/snapshot.ts'
import { allowedDeletions } from '../../stages/plan/allowed-deletions.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import type { ObjectIds } from '../../stages/plan/prune.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { DeletionOptions } from './deletion-options.ts'
import type { Work } from './work.ts'

/** What an installation is brought to: its own documents are of the head. */
interface Goal extends Work {
  /** Full id of the commit that it inherits from. */
  readonly inherited: string
}

/**
 * Whether trailers of commits allow all of these deletions. The head's own trailer always counts where all of the
 * installation is of the head. That of an earlier commit counts for objects that were gone at it and that no commit has
 * declared since, as Git and the objects' marks prove, unless the commit was synced: only the status branch says so,
 * and others may write there. For what an installation inherits, the commits count up to the one that it inherits from.
 * @param going all of the installation's objects that would be deleted
 */
export async function areAllowedByTrailers(
  work: Goal,
  going: readonly LiveObject[],
  options: DeletionOptions,
): Promise<boolean> {
  if (going.length === 0) return false
  const { name, head, inherited } = work
  const synced = lastSyncedRevision(options.record(name))
  const unsynced = await allowingCommits(work, synced ?? { own: head, inherited }, options)
  if (inherited === head && unsynced.some(({ oid }) => oid === head)) return true
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

/** Commits after a revision that have a trailer for the installation; the head is always looked at. */
async function allowingCommits(
  { name, head, inherited }: Goal,
  from: Revision,
  { commits }: DeletionOptions,
): Promise<readonly VouchedCommit[]> {
  const isMoved = from.inherited !== inherited && (inherited !== head || from.inherited !== from.own)
  const found = [
    ...(await commits(from.own, head)),
    ...(isMoved ? await commits(from.inherited, inherited) : []),
  ]
  const byId = new Map(found.map((commit) => [commit.oid, commit]))
  return [...byId.values()].filter((commit) => {
    const allowed = allowedDeletions(commit)
    return allowed.has('*') || allowed.has(name)
  })
}

/** By the last revision that declared them; undefined where that is unavailable. */
async function byLastDeclaration(
  { head }: Work,
  going: readonly LiveObject[],
  { lastDeclarations }: DeletionOptions,
): Promise<readonly (readonly [Revision | undefined, readonly LiveObject[]])[]> {
  const found: { readonly live: LiveObject; readonly revision: Revision | undefined }[] = []
  for (const live of going) found.push({ live, revision: (await lastDeclarations.of(live, head))?.revision })
  const groups = Map.groupBy(found, ({ revision }) => revision && formatRevision(revision))
  return [...groups.values()].map((members) => [members[0]?.revision, members.map(({ live }) => live)])
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
