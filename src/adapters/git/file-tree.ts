import { isFault } from '../../model/fault.ts'
import { type FileTree, MAX_FILE_BYTES, placedBelow, type TreeEntry } from '../../model/snapshot.ts'
import type { Repository } from './repository.ts'

/** The whole tree of a local commit. */
export function fileTree(repository: Repository, commit: string): FileTree {
  return {
    readBlobs: (oids, take) => repository.readBlobs(oids, { maxBytes: MAX_FILE_BYTES, take }),
    entriesBelow: async (directory) =>
      placedBelow(directory, await repository.treeEntries(commit, directory).catch(unlessMissing)),
  }
}

/** For a tree without the directory that is asked for. */
export function unlessMissing(error: unknown): readonly TreeEntry[] {
  if (isFault(error, 'git-no-path')) return []
  throw error
}
