import type { ObjectPlan } from '../model/plan.ts'
import type { Commit } from '../model/snapshot.ts'
import type { InstallationStatus } from '../model/status.ts'
import { planPrune, undeclared } from '../plan/prune.ts'
import { allowanceFor } from './allowance.ts'
import type { ClusterView } from './cluster-view.ts'
import { type Declared, isHeld } from './declared.ts'
import type { History } from './history.ts'
import { holdGroups } from './hold-groups.ts'
import { holdMentioned } from './hold-mentioned.ts'
import { holdUnproven, leftAlone } from './hold-unproven.ts'
import { takeInventory } from './inventory.ts'
import type { Proofs } from './proofs.ts'
import type { Work } from './work.ts'

export interface CommitRange {
  readonly from: string | undefined
  readonly to: string
  readonly inclusive: boolean
}

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

/** What of an installation's objects nobody declares any more, and what becomes of it. */
export async function planDeletions(
  work: Work,
  declared: Declared,
  options: DeletionOptions,
): Promise<readonly ObjectPlan[]> {
  const { name, id, head } = work
  const { proofs } = options
  const { claims, members } = declared
  // While it is held at an earlier commit, what the head no longer declares may still be needed.
  const member = members.get(name)
  if (member && isHeld(member)) return []
  const inventory = await takeInventory(id, claims, options)
  if (inventory === undefined) return []
  const { owned, repository, isRenewed, strangers } = inventory
  const plans = planPrune({
    installation: name,
    owned,
    declared: claims,
    repository,
    isRenewed,
    allowed: await allowanceFor(work, undeclared(owned, claims), options),
  })
  const proven = holdUnproven(plans, proofs)
  const held = holdGroups(proven, members.values())
  const gone = members.has(name) ? undefined : name
  const textOf = (file: string) => options.history.textAt(head, file)
  return [
    ...(await holdMentioned(held, members.values(), textOf, gone)),
    ...strangers.map((live) => leftAlone(live, proofs)),
  ]
}
