import type { Commit } from '../../../model/snapshot.ts'
import { objectId } from '../object-id.ts'
import type { MadeObjects } from './made-objects.ts'

/** What merging a change into a commit of its target gives, in memory. */
export interface Merge {
  /** The commit that the merge would be: its id follows from its tree and its parents. */
  readonly commit: Commit
  /** The commits that it would bring, newest first. */
  readonly commits: readonly Commit[]
  /** Paths of files that cannot be merged, from the root, sorted; their entries are as in the target. */
  readonly conflicts: readonly string[]
  /** Id of its tree. */
  readonly tree: string
  readonly objects: MadeObjects
}

/** The commit that merging `head` into `target` would be. */
export function mergeCommit(tree: string, target: string, head: Commit): Commit {
  const parents = [target, head.oid]
  const text = `tree ${tree}\n${parents.map((oid) => `parent ${oid}\n`).join('')}\n`
  return {
    oid: objectId('commit', Buffer.from(text)),
    message: '',
    parents,
    committer: head.committer,
    time: head.time,
  }
}
