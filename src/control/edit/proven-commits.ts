import type { Repository } from '../../adapters/git/repository.ts'
import { readGroupReport } from '../../stages/report/rollouts/read-group-report.ts'
import { groupPath } from '../../stages/report/status-path.ts'
import { readRecordDocument } from '../../stages/rollout/record-document.ts'

/** Maximum number of commits, and of the size of a file, in bytes: others may write to the branch. */
const MOST = 10
const LARGEST = 4 << 20

/**
 * Full ids of the commits that a group has proven, the newest first, as the status branch tells it; empty where it
 * tells nothing. Nothing here vouches for them.
 */
export async function provenCommits(
  group: string,
  statusBranch: string,
  { outbox }: Pick<Repository, 'outbox'>,
): Promise<readonly string[]> {
  const head = await outbox.fetch(statusBranch)
  const files = head === undefined ? new Map<string, string>() : await outbox.files(head)
  const oid = files.get(groupPath(group))
  const text = oid === undefined ? undefined : (await outbox.readTexts([oid], LARGEST)).get(oid)
  const report = text === undefined ? undefined : readGroupReport(group, text)
  const proofs = readRecordDocument(report?.record)?.proofs ?? []
  return [...new Set(proofs.map(({ commit }) => commit))].slice(0, MOST)
}
