import { fault } from '../model/fault.ts'
import type { ResolvedObject } from '../model/installation.ts'
import { describeKey, idOf, type KubernetesObject, type LiveObject } from '../model/object.ts'
import type { BlockedPlan, ObjectPlan } from '../model/plan.ts'
import { desiredOf, type Owner } from './desired.ts'
import type { Leave } from './merge/leave.ts'
import type { Settled } from './merge/settled.ts'
import { claimOf, claimOfNew } from './ownership/claim.ts'
import { planPatch } from './plan-patch.ts'
import type { MergeSchema } from './schema/compiled-schema.ts'

export interface PlanObjectInput {
  readonly resolved: ResolvedObject
  readonly owner: Owner
  /** In the version that is declared; undefined where there is none. */
  readonly live: LiveObject | undefined
  /**
   * What Git declared at the revision that `baseRevision` names; undefined where it names none, or where
   * that can't be had: then managedFields stand in for it.
   */
  readonly base?: KubernetesObject | undefined
  readonly schema: MergeSchema | undefined
  /** What the server made of this declared object before; not to be sent again. */
  readonly settled?: Settled | undefined
  /** What of the live object is left as it is, whatever Git says. */
  readonly leave?: Leave | undefined
  /** The object is to be taken over from whoever has it, whatever Git says of that. */
  readonly takeover?: Takeover | undefined
  /** Ids of the Repository's other installations that declare this object. */
  readonly declarers?: ReadonlySet<string> | undefined
}

export interface Takeover {
  /** What the former owner's own record says that it applied; undefined where it has none. */
  readonly recorded?: KubernetesObject | undefined
  /** Only its metadata changes: what else differs is immutable, and waits for the next release. */
  readonly asItIs?: boolean | undefined
}

/** What has to happen to one declared object, given what is live. Never throws. */
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
      desired: desiredOf(resolved, owner),
    }
  }
  if (live.metadata.deletionTimestamp !== undefined) return blocked(input, beingDeleted(resolved, live))
  return planPatch({ ...input, live }, claim.kind === 'adopted')
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
