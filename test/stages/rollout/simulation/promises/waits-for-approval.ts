import type { Promised } from '../step.ts'
import { isForced, movedIn, positionOf } from './moved.ts'

/** Where a group waits for approvals, no member goes to what nobody approved, unless it is forced. */
export const waitsForApproval: Promised = (step) =>
  movedIn(step).flatMap(({ move: { kind, member, inherited }, chain: [group] }) => {
    const { rollout, approved } = group
    if (kind !== 'inherited' || !rollout.needsApproval || isForced(step, group, inherited.commit)) return []
    if (approved !== undefined && positionOf(step, approved) >= positionOf(step, inherited.commit)) return []
    return [`${member} of ${group.name} goes to ${inherited.commit}, which nobody approved`]
  })
