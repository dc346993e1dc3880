import type { Repository } from '../git/repository.ts'
import { FaultError, fault } from '../model/fault.ts'
import { MAX_FILE_BYTES, type Snapshot, type TreeEntry } from '../model/snapshot.ts'

/**
 * A fetched commit's tree below `path` ('' is the root). Trees that an earlier snapshot read are not
 * read again.
 * @throws FaultError git-no-commit, git-no-path
 */
export async function takeSnapshot(
  repository: Repository,
  commitOid: string,
  path: string,
): Promise<Snapshot> {
  const commit = await repository.readCommit(commitOid)
  if (!commit) throw new FaultError(fault('git-no-commit', commitOid))
  return {
    commit,
    entries: await repository.treeEntries(commitOid, path),
    root: path,
    readBlobs: (oids) => repository.readBlobs(oids, { maxBytes: MAX_FILE_BYTES }),
    entriesBelow: async (directory) => {
      const entries = await repository.treeEntries(commitOid, directory).catch(unlessMissing)
      return entries.map((entry) => ({ ...entry, path: `${directory}/${entry.path}` }))
    },
  }
}

function unlessMissing(error: unknown): readonly TreeEntry[] {
  if (error instanceof FaultError && error.fault.code === 'git-no-path') return []
  throw error
}
