import type { CommitRecord } from './commit.ts'
import type { OperationOptions } from './connection.ts'
import { DEPTHS } from './depths.ts'
import { findLocalCommit } from './find-local-commit.ts'
import type { Store } from './store.ts'

/** The newest commits of a branch. */
export interface FetchedHistory {
  /** The newest first; each is the first parent of the one before. */
  readonly commits: readonly CommitRecord[]
  /** Whether these are all. */
  readonly isWhole: boolean
}

/**
 * The newest commits of a branch, along first parents, as many as `isEnough` asks for and at most some thousands.
 * Fetches as much of the history as that takes.
 */
export async function fetchedHistory(
  store: Store,
  { branch, head }: { readonly branch: string; readonly head: string },
  isEnough: (commits: readonly CommitRecord[]) => Promise<boolean>,
  options: OperationOptions = {},
): Promise<FetchedHistory> {
  let found = await localHistory(store, head)
  for (const depth of DEPTHS) {
    if (found.isWhole || (await isEnough(found.commits))) return found
    if (found.commits.length >= depth) continue
    await store.fetchOther(`refs/heads/${branch}`, branch, { ...options, depth })
    found = await localHistory(store, head)
  }
  return found
}

async function localHistory(store: Store, head: string): Promise<FetchedHistory> {
  const most = DEPTHS.at(-1) ?? 0
  return store.read(async (objects) => {
    const commits: CommitRecord[] = []
    for (let next: string | undefined = head; next !== undefined; ) {
      const found: CommitRecord | undefined = await findLocalCommit(objects, next)
      if (found === undefined || commits.length >= most) return { commits, isWhole: false }
      commits.push(found)
      next = found.commit.parents[0]
    }
    return { commits, isWhole: true }
  })
}
