import type { Promised, Step } from '../step.ts'
import { digestAt, isForced, movedIn } from './moved.ts'

/** Members go to what all rings before them, and groups inside these, have proven for the soak, unless it is forced. */
export const skipsNoRing: Promised = (step) =>
  movedIn(step).flatMap(({ move: { kind, member, inherited }, chain: [group] }) => {
    if (kind !== 'inherited' || isForced(step, group, inherited.commit)) return []
    return group.rollout.after.flatMap((ring) =>
      withInside(ring.group, step).flatMap((name) => {
        const digest = digestAt(step, name, inherited.commit) ?? ''
        const proven = step.truth.provenFor(name, digest)
        if (proven !== undefined && proven >= ring.soak) return []
        return [`${member} of ${group.name} goes to ${inherited.commit}, which ${name} has not proven`]
      }),
    )
  })

/** A group, and those inside it. */
function withInside(group: string, { view }: Step): readonly string[] {
  const inside = [...view.groups.values()].filter(({ around }) => around.includes(group))
  return [group, ...inside.map(({ name }) => name)]
}
