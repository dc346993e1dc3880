import { fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import { describeKey, idOf, isBeingDeleted, type LiveObject } from '../../model/object.ts'
import type { BlockedPlan, ObjectPlan } from '../../model/plan.ts'
import { creatable, desiredOf } from './desired.ts'
import { claimOf, claimOfNew } from './ownership/claim.ts'
import type { PlanObjectInput } from './plan-input.ts'
import { planPatch } from './plan-patch.ts'

/** Plans one declared object against its live state. Never throws. */
export function planObject(input: PlanObjectInput): ObjectPlan {
  const { resolved, owner, live } = input
  const declarers = input.declarers ?? new Set()
  const claim = live
    ? claimOf(resolved, owner, live, declarers, input.takeover !== undefined)
    : claimOfNew(resolved, owner, declarers)
  if (claim.kind === 'refused') return blocked(input, claim.fault)
  if (!live) {
    return {
      action: 'create',
      key: resolved.key,
      origin: resolved.origin,
      desired: creatable(desiredOf(resolved, owner), input.leave, input.schema),
    }
  }
  if (isBeingDeleted(live)) return blocked(input, beingDeleted(resolved, live))
  return planPatch({ ...input, live, adopts: claim.kind === 'adopted' })
}

function blocked({ resolved, live }: PlanObjectInput, reason: BlockedPlan['fault']): BlockedPlan {
  const plan: BlockedPlan = {
    action: 'blocked',
    key: resolved.key,
    origin: resolved.origin,
    fault: reason,
  }
  return live ? { ...plan, live } : plan
}

function beingDeleted(resolved: ResolvedObject, live: LiveObject): BlockedPlan['fault'] {
  const { file, line } = resolved.origin
  const holders = live.metadata.finalizers?.join(', ') ?? ''
  const details =
    holders === '' ? describeKey(resolved.key) : `${describeKey(resolved.key)}, held by ${holders}`
  return fault('being-deleted', details, { location: { file, line }, object: idOf(resolved.key) })
}
