import type { Promised } from '../step.ts'
import { digestAt, isForced, movedIn } from './moved.ts'

/** Members go to what all rings before them have proven for the soak, unless it is forced. */
export const skipsNoRing: Promised = (step) =>
  movedIn(step).flatMap(({ move: { kind, member, inherited }, chain: [group] }) => {
    if (kind !== 'inherited' || isForced(step, group, inherited.commit)) return []
    return group.rollout.after.flatMap((ring) => {
      const digest = digestAt(step, ring.group, inherited.commit) ?? ''
      const proven = step.truth.provenFor(ring.group, digest)
      if (proven !== undefined && proven >= ring.soak) return []
      return [`${member} of ${group.name} goes to ${inherited.commit}, which ${ring.group} has not proven`]
    })
  })
