import type { CommitRange } from '../../adapters/git/commit-range.ts'
import type { Commit } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { History } from '../fleet/history.ts'
import type { Proofs } from '../gates/proofs.ts'

export interface DeletionOptions {
  readonly view: ClusterView
  readonly history: History
  /** Tells whether Reeve made an object. */
  readonly proofs: Proofs
  /** Commits up to `to`, after `from` or including it; `to` alone if `from` is unavailable. */
  readonly commits: (range: CommitRange) => Promise<readonly Commit[]>
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  /** Record of an installation on the status branch. */
  readonly record: (name: string) => InstallationStatus | undefined
}
