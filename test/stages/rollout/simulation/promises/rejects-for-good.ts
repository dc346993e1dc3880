import type { Promised, Step } from '../step.ts'
import { digestAt, isForced, movedIn, positionOf } from './moved.ts'

/** What a group went back from comes again only by force of a later commit: neither to the group nor to a member. */
export const rejectsForGood: Promised = (step) => [
  ...[...step.decision.groups].flatMap(([name, { record }]) => {
    const { commit, digest } = record.at
    return isBack(step, name, commit, digest) ? [`${name} takes ${digest} again, which it rejected`] : []
  }),
  ...movedIn(step).flatMap(({ move: { member, inherited }, member: { at, pinned } }) => {
    const { group, commit } = inherited
    const digest = digestAt(step, group, commit) ?? ''
    const stays = at?.group === group && at.digest === digest
    if (stays || pinned || !isBack(step, group, commit, digest)) return []
    return [`${member} goes to ${digest}, which ${group} rejected`]
  }),
]

function isBack(step: Step, name: string, commit: string, digest: string): boolean {
  const head = step.truth.rejectedAt(name, digest)
  const group = step.view.groups.get(name)
  if (head === undefined || group === undefined) return false
  const isLater = positionOf(step, group.forced) > positionOf(step, head)
  return !(isForced(step, group, commit) && isLater)
}
