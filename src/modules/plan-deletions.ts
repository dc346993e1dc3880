import type { ObjectPlan } from '../model/plan.ts'
import type { Commit } from '../model/snapshot.ts'
import type { InstallationStatus } from '../model/status.ts'
import { planPrune, undeclared } from '../plan/prune.ts'
import { allowanceFor } from './allowance.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Declared } from './declared.ts'
import type { History } from './history.ts'
import { holdGroups } from './hold-groups.ts'
import { holdMentioned } from './hold-mentioned.ts'
import { isApplied, ownedBy } from './owned.ts'
import type { Work } from './work.ts'

export interface CommitRange {
  readonly from: string | undefined
  readonly to: string
  readonly inclusive: boolean
}

export interface DeletionOptions {
  readonly view: ClusterView
  readonly history: History
  /** The commits up to `to` after `from`, or from it on; `to` alone where it is not had. */
  readonly commits: (range: CommitRange) => Promise<readonly Commit[]>
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** What the status branch says of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
}

/** What of an installation's objects nobody declares any more, and what becomes of it. */
export async function planDeletions(
  work: Work,
  declared: Declared,
  options: DeletionOptions,
): Promise<readonly ObjectPlan[]> {
  const { name, id, head } = work
  const { cache } = options.view
  const { claims, members } = declared
  // While the head has faults, what it declares is not known.
  if (members.get(name)?.head.faults.length) return []
  const owned = ownedBy(id, cache)
  const going = undeclared(owned, claims)
  if (going.length === 0) return []
  const all = [...cache.all()].filter(isApplied)
  const plans = planPrune({
    installation: name,
    owned,
    declared: claims,
    repository: { objects: all.length, deletions: undeclared(all, claims).length },
    allowed: await allowanceFor(work, going, options),
  })
  const held = holdGroups(plans, members.values())
  const gone = members.has(name) ? undefined : name
  return holdMentioned(held, members.values(), (file) => options.history.textAt(head, file), gone)
}
