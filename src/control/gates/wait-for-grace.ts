import { asksForPermission } from '../../model/deletion-permission.ts'
import type { Fault } from '../../model/fault.ts'
import type { LiveObject } from '../../model/object.ts'
import type { DeletePlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import type { Member } from '../fleet/member.ts'
import { type GatedPlan, isDeletion } from './gate.ts'

/** A removal whose objects may go, as far as all other gates tell. */
export interface FreeRemoval {
  /** A commit allows the deletion, whatever the limits. */
  readonly isAllowed: boolean
  /** Nothing else keeps any of its objects. */
  readonly isWhole: boolean
  /** One of its objects. */
  readonly sample: LiveObject
}

/** Why a removal waits. */
export interface RemovalWait {
  readonly reason: string
  /** An installation that is to be asleep, or gone, first. */
  readonly on?: string
  /** It does not go, rather than not yet. */
  readonly fault?: Fault
}

export interface GraceContext {
  readonly member: Member | undefined
  readonly outcomes: readonly Outcome[]
  /** Why a removal waits, once nothing else keeps it; undefined where it does not. */
  readonly removalWait: (removal: FreeRemoval) => Promise<RemovalWait | undefined>
}

/** An installation that Git no longer declares goes when its grace is over, and when it is its turn. */
export async function waitForGrace(
  plans: readonly GatedPlan[],
  { member, outcomes, removalWait }: GraceContext,
): Promise<readonly GatedPlan[]> {
  const going = plans.filter(isDeletion)
  const [first] = going
  if (member !== undefined || first === undefined) return plans
  const isKept = outcomes.some((outcome) => 'fault' in outcome && asksForPermission(outcome.fault.code))
  const wait = await removalWait({
    isAllowed: going.every((plan) => plan.isAllowed === true),
    isWhole: !isKept && !plans.some(({ action }) => action === 'wait'),
    sample: first.live,
  })
  if (wait === undefined) return plans
  return plans.map((plan) => (isDeletion(plan) ? held(plan, wait) : plan))
}

function held({ key, live }: DeletePlan, { reason, on, fault }: RemovalWait): GatedPlan {
  if (fault) return { action: 'blocked', key, live, fault }
  return { action: 'wait', key, reason, ...(on !== undefined && { on }), isForGone: true }
}
