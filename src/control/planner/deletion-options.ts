import type { CommitRange } from '../../adapters/git/commit-range.ts'
import type { Commit } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { History } from '../fleet/history.ts'
import type { Proofs } from '../gates/proofs.ts'

export interface DeletionOptions {
  readonly view: ClusterView
  readonly history: History
  /** Whether Reeve made an object. */
  readonly proofs: Proofs
  /** The commits up to `to` after `from`, or from it on; `to` alone where it is not had. */
  readonly commits: (range: CommitRange) => Promise<readonly Commit[]>
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** What the status branch says of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
}
