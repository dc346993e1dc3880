import { fileTree } from '../../adapters/git/file-tree.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Snapshot } from '../../model/snapshot.ts'

/**
 * A fetched commit's tree below `path` ('' is the root). Trees that an earlier snapshot read are reused.
 * @throws FaultError git-no-commit, git-no-path
 */
export async function takeSnapshot(
  repository: Repository,
  commitOid: string,
  path: string,
): Promise<Snapshot> {
  const commit = await repository.readCommit(commitOid)
  if (!commit) throw new FaultError(fault('git-no-commit', commitOid))
  const entries = await repository.treeEntries(commitOid, path)
  return { ...fileTree(repository, commitOid), commit, entries, root: path }
}
