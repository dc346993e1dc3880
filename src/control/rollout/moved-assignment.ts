import type { Move } from '../../stages/rollout/moves.ts'
import type { GroupView, RolloutView } from '../../stages/rollout/rollout-view.ts'
import type { Assignment } from './assignment.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

/** What a member is brought to by a move: what it says at the head, and what it inherits as the move says. */
export function movedAssignment(
  member: HeadMember,
  before: Assignment | undefined,
  { inherited }: Move,
  { commit }: RolloutHead,
  view: Pick<RolloutView, 'line' | 'groups' | 'members'>,
): Assignment {
  const { group } = inherited
  const isSame = before?.commit === inherited.commit && before.group === group
  return {
    own: member.own,
    ownCommit: commit,
    ...(member.sleeps && { asleep: true }),
    group,
    innermost: innermostOf(member, before, group),
    commit: inherited.commit,
    digest: isSame ? before.digest : digestAt(member, inherited.commit, group, view),
  }
}

function innermostOf(member: HeadMember, before: Assignment | undefined, group: string): string {
  return group === member.group ? member.innermost : (before?.innermost ?? member.innermost)
}

/** Empty where it is not known: it then differs from all others. */
function digestAt(
  { name }: HeadMember,
  commit: string,
  group: string,
  { line, groups, members }: Pick<RolloutView, 'line' | 'groups' | 'members'>,
): string {
  const candidate = line.find((each) => each.commit === commit)?.digests.get(group)
  const pinned = members.get(name)?.pinned
  return (
    candidate ??
    recorded(groups.get(group)?.record, commit) ??
    (pinned?.commit === commit ? pinned.digest : '')
  )
}

function recorded(record: GroupView['record'], commit: string): string | undefined {
  if (record?.at.commit === commit) return record.at.digest
  return record?.proofs.find((proof) => proof.commit === commit)?.digest
}
