import type { Fault } from '../../model/fault.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { isWhole } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { isOwn } from '../../stages/plan/own-objects.ts'
import { planPrune, undeclared } from '../../stages/plan/prune.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { isHeld, type Member } from '../fleet/member.ts'
import { passGates } from '../gates/gate.ts'
import { DELETION_GATES, type DeletionContext } from '../gates/gates.ts'
import { leftAlone } from '../gates/hold-unproven.ts'
import { areAllowedByTrailers } from './allowance.ts'
import type { DeletionOptions } from './deletion-options.ts'
import { takeInventory } from './inventory.ts'
import type { Work } from './work.ts'

/** Plans for the installation's undeclared objects. */
export async function planDeletions(
  work: Work,
  declared: DesiredState,
  options: DeletionOptions,
): Promise<readonly ObjectPlan[]> {
  const { name, id, head } = work
  const { proofs } = options
  const { claims, members } = declared
  // While it is held at an earlier commit, objects that the head no longer declares may still be needed.
  const member = members.get(name)
  if (member && isHeld(member)) return []
  if (member === undefined && isInGrace(options.record(name))) return []
  const inventory = await takeInventory(id, claims, options)
  if (inventory === undefined) return []
  const { owned, repository, isRenewed, strangers } = inventory
  const inherited = inheritedOf(member) ?? head
  const isAllowed =
    (member === undefined && options.isDeletionAllowed?.(name) === true) ||
    (await areAllowedByTrailers({ ...work, inherited }, undeclared(owned, claims), options))
  const pruned = planPrune(owned, claims, isAllowed)
  const refusal = member ? undefined : await options.removalRefusal?.(name, id, head)
  const plans = refusal ? pruned.map((plan) => refused(plan, refusal)) : pruned
  const held = await passGates<DeletionContext, ObjectPlan>(plans, DELETION_GATES, {
    name,
    declared,
    scope: {
      installation: name,
      objects: owned.filter((live) => !isOwn(live)).length,
      repository,
      isRenewed,
    },
    proofs,
    guard: options.guard,
    all: () => options.view.cache.all(),
    inhabited: async (plan) => ({
      objects: await options.inhabitants.in(plan.key.name),
      mayName: (await options.writers.of(work, declared))(plan) === options.view.client,
    }),
    textOf: (file) => options.history.textAt(head, file),
  })
  return [...held, ...strangers.map((live) => leftAlone(live, proofs))]
}

/** Whether it is kept asleep for now, as its record says. */
function isInGrace(record: InstallationStatus | undefined): boolean {
  return record?.deletion !== undefined && Date.parse(record.deletion.until) > Date.now()
}

/** The commit that an installation inherits from, where that is not the head. */
function inheritedOf(member: Member | undefined): string | undefined {
  const revision = member?.target?.revision
  return revision === undefined || isWhole(revision) ? undefined : revision.inherited
}

function refused(plan: ObjectPlan, fault: Fault): ObjectPlan {
  return plan.action === 'delete' ? { action: 'blocked', key: plan.key, live: plan.live, fault } : plan
}
