import type { Fault } from '../../model/fault.ts'
import type { VouchedCommit } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Guard } from '../../stages/plan/tenancy/refusal-of.ts'
import type { History } from '../fleet/history.ts'
import type { LastDeclarations } from '../fleet/last-declarations.ts'
import type { Inhabitants } from '../gates/inhabitants.ts'
import type { Proofs } from '../gates/proofs.ts'
import type { Writers } from './writers.ts'

export interface DeletionOptions {
  readonly view: ClusterView
  readonly history: History
  readonly lastDeclarations: LastDeclarations
  /** Tells whether Reeve made an object. */
  readonly proofs: Proofs
  /** What others have in namespaces. */
  readonly inhabitants: Inhabitants
  /** As whom objects are written. */
  readonly writers: Pick<Writers, 'of'>
  /** What the configuration allows installations to declare. */
  readonly guard: Guard
  /** Commits reachable from `to` but not from `from`, full ids, as far as they are here; always with `to`. */
  readonly commits: (from: string, to: string) => Promise<readonly VouchedCommit[]>
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  /** Why nothing of an installation that Git no longer declares may be deleted; absent where nothing says so. */
  readonly removalRefusal?:
    | ((name: string, id: string, head: string) => Promise<Fault | undefined>)
    | undefined
  /** Whether a commit allowed the deletion of an installation when its grace began; absent where nothing has one. */
  readonly isDeletionAllowed?: ((name: string) => boolean) | undefined
  /** Record of an installation on the status branch. */
  readonly record: (name: string) => InstallationStatus | undefined
}
