import { commitsBetween } from './commits-between.ts'
import type { OperationOptions } from './connection.ts'
import { DEPTHS, LOOKED_AT, NO_COMMIT } from './depths.ts'
import { findLocalCommit } from './find-local-commit.ts'
import type { Store } from './store.ts'

export interface BranchCommit {
  readonly branch: string
  /** The branch's commit when last fetched. */
  readonly head: string
  readonly commit: string
  /** Numbers of commits that are fetched, one after the other, until the answer is known. */
  readonly depths?: readonly number[]
}

/** Whether a branch has a commit among its last thousands. Fetches as much of its history as it takes. */
export async function isInBranch(
  store: Store,
  { branch, head, commit, depths = DEPTHS }: BranchCommit,
  options: OperationOptions,
): Promise<boolean> {
  for (const depth of [0, ...depths]) {
    if (depth > 0) {
      await store.fetchOther(`refs/heads/${branch}`, branch, { ...options, depth })
      store.history.forget()
    }
    const history = await store.read((objects) =>
      commitsBetween((oid) => findLocalCommit(objects, oid), NO_COMMIT, head, LOOKED_AT),
    )
    const known = new Set(history.map(({ oid }) => oid))
    if (known.has(commit)) return true
    const isWhole = history.every(({ parents }) => parents.every((parent) => known.has(parent)))
    if (isWhole) return false
  }
  return false
}
