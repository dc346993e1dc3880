import { FaultError, fault, isFault } from '../../../model/fault.ts'
import type { Commit } from '../../../model/snapshot.ts'
import { commitsBetween } from '../commits-between.ts'
import type { OperationOptions } from '../connection.ts'
import { DEPTHS, LOOKED_AT, NO_COMMIT } from '../depths.ts'
import { findLocalCommit } from '../find-local-commit.ts'
import { GaveWay } from '../giving-way.ts'
import { treeOf } from '../prepare-commit.ts'
import type { Store } from '../store.ts'
import { type Divergence, findDivergence } from './divergence.ts'
import { mergeFollowingRenames } from './follow-renames.ts'
import { MadeObjects } from './made-objects.ts'
import { type Merge, mergeCommit } from './merge.ts'
import { noteTargetCommit, readTargetCommits } from './target-commits.ts'

export interface ChangeAndTarget {
  readonly change: { readonly head: string; readonly ref: string }
  readonly target: { readonly branch: string; readonly commit: string }
}

/** See Repository.merge. */
export async function mergeChange(
  store: Store,
  sides: ChangeAndTarget,
  options: OperationOptions,
): Promise<Merge | undefined> {
  const { change, target } = sides
  const { base, commits } = await diverge(store, sides, options)
  const head = commits.find(({ oid }) => oid === change.head)
  if (head === undefined) return undefined
  if (base === undefined) throw new FaultError(fault('unrelated-histories', change.head.slice(0, 12)))
  const made = new MadeObjects()
  return store.read(async (objects) => {
    const merged = await mergeFollowingRenames(
      {
        base: await treeOf(objects, base),
        ours: await treeOf(objects, target.commit),
        theirs: await treeOf(objects, change.head),
      },
      made.over(objects),
      made.add,
    )
    const tree = merged.tree ?? made.add('tree', new Uint8Array())
    const conflicts = merged.conflicts.map(({ path }) => path).sort()
    return { commit: mergeCommit(tree, target.commit, head), commits, conflicts, tree, objects: made }
  })
}

/** Fetches what it takes: mostly the commits of the change alone, and the one that it began at. */
async function diverge(store: Store, sides: ChangeAndTarget, options: OperationOptions): Promise<Divergence> {
  const { change, target } = sides
  const isWhole = await bring(store, sides, options)
  for (const depth of isWhole ? [0, ...DEPTHS] : DEPTHS) {
    if (depth > 0) await deepen(store, sides, { ...options, depth })
    const known = await knownOf(store, target.commit)
    const found = await findDivergence(change.head, {
      find: (oid) => find(store, oid),
      known,
      bringKnown: (oid) => bringKnown(store, oid, sides, options),
    })
    if (found) return found
  }
  throw new FaultError(fault('review-too-large', 'its history goes back too far'))
}

/** Fetches the change as far as its target lacks it. */
async function bring(
  store: Store,
  { change, target }: ChangeAndTarget,
  options: OperationOptions,
): Promise<boolean> {
  if (await find(store, change.head)) return true
  const without = `refs/heads/${target.branch}`
  try {
    const listed = { ref: change.ref, oid: change.head }
    await store.fetchOther(change.ref, target.branch, { ...options, listed, without, givesWay: true })
    store.history.forget()
  } catch (error) {
    if (isFault(error, 'git-no-branch')) throw moved(change.ref, error)
    // Git ends its answer where the branch has all of it (shallow.c), as it does when it breaks down.
    if (error instanceof GaveWay || !isFault(error, 'git-unreachable')) throw error
    return false
  }
  if (!(await find(store, change.head))) throw moved(change.ref)
  return true
}

async function deepen(
  store: Store,
  { change, target }: ChangeAndTarget,
  options: OperationOptions & { readonly depth: number },
): Promise<void> {
  await store.fetchOther(change.ref, target.branch, { ...options, givesWay: true })
  await store.fetchOther(`refs/heads/${target.branch}`, target.branch, { ...options, givesWay: true })
  store.history.forget()
  if (!(await find(store, change.head))) throw moved(change.ref)
}

async function bringKnown(
  store: Store,
  oid: string,
  { target }: ChangeAndTarget,
  options: OperationOptions,
): Promise<void> {
  await store.fetchOther(oid, target.branch, { ...options, depth: 1 })
  await noteTargetCommit(store.gitdir, oid)
}

function find(store: Store, oid: string): Promise<Commit | undefined> {
  return store.read(async (objects) => (await findLocalCommit(objects, oid))?.commit)
}

/** Commits that the target's branch has, as far as they are known here. */
async function knownOf(store: Store, commit: string): Promise<ReadonlySet<string>> {
  const history = await store.history.of(commit, async () =>
    (await historyOf(store, commit)).map(({ oid }) => oid),
  )
  return new Set([...history, ...(await readTargetCommits(store.gitdir))])
}

function historyOf(store: Store, commit: string): Promise<readonly Commit[]> {
  return store.read((objects) =>
    commitsBetween((oid) => findLocalCommit(objects, oid), NO_COMMIT, commit, LOOKED_AT),
  )
}

function moved(ref: string, cause?: unknown): FaultError {
  return new FaultError(fault('git-no-commit', `${ref} has moved`), { cause })
}
