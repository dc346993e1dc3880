import type { ObjectPlan } from '../model/plan.ts'
import type { InstallationStatus } from '../model/status.ts'
import { allowedDeletions } from '../plan/allowed-deletions.ts'
import { planPrune } from '../plan/prune.ts'
import type { ClusterView } from './cluster-view.ts'
import { type Declared, isHeld } from './declared.ts'
import { doneBy } from './done-by.ts'
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
  /** Messages of the commits up to `to` after `from`, or from it on; of `to` alone where it is not had. */
  readonly messages: (range: CommitRange) => Promise<readonly string[]>
  /** What the status branch says of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
}

/** What of an installation's objects nobody declares any more, and what becomes of it. */
export async function planDeletions(
  { name, id, head }: Work,
  declared: Declared,
  options: DeletionOptions,
): Promise<readonly ObjectPlan[]> {
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
    allowed: allowedDeletions(await messagesSince(name, head, options)),
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

/** Of all commits since the one at which all was done; of the record's own too, where that is not known. */
function messagesSince(
  name: string,
  head: string,
  { record, messages }: DeletionOptions,
): Promise<readonly string[]> {
  const recorded = record(name)
  const done = doneBy(recorded)
  return messages({ from: done?.own ?? recorded?.commit, to: head, inclusive: done === undefined })
}
