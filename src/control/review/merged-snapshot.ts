import { unlessMissing } from '../../adapters/git/file-tree.ts'
import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import { MAX_FILE_BYTES, placedBelow, type Snapshot } from '../../model/snapshot.ts'

/** The tree that a merge would give, below `path`. @throws FaultError git-no-path */
export async function mergedSnapshot(repository: Repository, merge: Merge, path: string): Promise<Snapshot> {
  return {
    commit: merge.commit,
    root: path,
    entries: await repository.mergedEntries(merge, path),
    readBlobs: (oids, take) => repository.readMerged(merge, oids, { maxBytes: MAX_FILE_BYTES, take }),
    entriesBelow: async (directory) =>
      placedBelow(directory, await repository.mergedEntries(merge, directory).catch(unlessMissing)),
  }
}
