import { fault } from '../../model/fault.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { idOf } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { effectiveInstallation, type Member } from '../fleet/member.ts'

/** Holds back the deletion of a group while installations, held at an earlier commit, are still in it. */
export function holdGroups(plans: readonly ObjectPlan[], members: Iterable<Member>): readonly ObjectPlan[] {
  if (!plans.some(isOfGroup)) return plans
  const inUse = new Set([...members].flatMap((member) => effectiveInstallation(member).groups ?? []))
  return plans.map((plan): ObjectPlan => {
    if (!isOfGroup(plan) || !inUse.has(plan.key.name)) return plan
    const { key } = plan
    const found = fault('group-has-members', key.name, { object: idOf(key) })
    return { action: 'blocked', key, fault: found, ...(plan.action === 'delete' && { live: plan.live }) }
  })
}

function isOfGroup({ action, key }: ObjectPlan): boolean {
  return action === 'delete' && key.group === OWN_GROUP && key.kind === 'InstallationGroup'
}
