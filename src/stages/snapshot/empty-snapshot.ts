import type { Commit, Snapshot } from '../../model/snapshot.ts'

/** A commit that has nothing below the Repository's path. */
export function emptySnapshot(commit: Commit): Snapshot {
  return {
    commit,
    root: '',
    entries: [],
    readBlobs: async () => new Map(),
    entriesBelow: async () => [],
  }
}
