import type { ObjectPlan } from '../../model/plan.ts'

import { planPrune, undeclared } from '../../stages/plan/prune.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { isHeld } from '../fleet/member.ts'

import { allowanceFor } from './allowance.ts'
import type { DeletionOptions } from './deletion-options.ts'
import { holdGroups } from './hold-groups.ts'
import { holdMentioned } from './hold-mentioned.ts'
import { holdUnproven, leftAlone } from './hold-unproven.ts'
import { takeInventory } from './inventory.ts'

import type { Work } from './work.ts'

/** What of an installation's objects nobody declares any more, and what becomes of it. */
export async function planDeletions(
  work: Work,
  declared: DesiredState,
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
