import type { RolloutGroup } from '../../../stages/declare/rollout-groups.ts'
import type { Decision } from '../../../stages/rollout/decide.ts'
import { ringsOf } from '../../../stages/rollout/rings.ts'
import { withRingsInside } from '../../../stages/rollout/rings-inside.ts'
import type { RolloutView } from '../../../stages/rollout/rollout-view.ts'
import type { RolloutHead } from '../rollout-head.ts'
import type { CheckedMember, GroupToCheck } from './group-to-check.ts'

export interface DecidedRollouts {
  readonly head: Pick<RolloutHead, 'groups' | 'members'>
  readonly view: RolloutView
  readonly decision: Decision
  /** The version of an installation, where it has one. */
  readonly version: (name: string) => string | undefined
}

/** The groups whose rollouts have checks, as a decision left them. */
export function groupsToCheck(decided: DecidedRollouts): readonly GroupToCheck[] {
  const { head, view, decision } = decided
  const checked = [...head.groups.values()].filter(({ rollout }) => rollout.verify.length > 0)
  if (checked.length === 0) return []
  const { soaks } = ringsOf(withRingsInside(view.groups).values())
  return checked.flatMap((group) => {
    const record = decision.groups.get(group.name)?.record
    if (record === undefined) return []
    const { at, wellSince, failure } = record
    return {
      name: group.name,
      commit: at.commit,
      digest: at.digest,
      wellSince,
      longestSoak: soaks.get(group.name) ?? 0,
      checks: group.rollout.verify,
      failed: failure,
      members: () => membersOf(group, decided),
      account: group.account,
      location: group.location,
    }
  })
}

function membersOf(
  { name: group }: RolloutGroup,
  { head, view, version }: DecidedRollouts,
): readonly CheckedMember[] {
  return [...view.members.values()]
    .filter((member) => member.group === group)
    .map(({ name, condition }) => {
      const runs = version(name)
      return {
        name,
        state: condition === 'held' ? 'progressing' : condition,
        labels: head.members.get(name)?.labels ?? {},
        ...(runs !== undefined && { version: runs }),
      }
    })
}
