import type { Move } from '../../../../../src/stages/rollout/moves.ts'
import type { GroupView, MemberView } from '../../../../../src/stages/rollout/rollout-view.ts'
import type { Step } from '../step.ts'

/** A move with its member, and the groups with rollouts that the member is in, the innermost first. */
export interface Moved {
  readonly move: Move
  readonly member: MemberView
  readonly chain: readonly [GroupView, ...(readonly GroupView[])]
}

export function movedIn({ view, decision }: Step): readonly Moved[] {
  return decision.moves.map((move) => {
    const member = view.members.get(move.member)
    const group = member && view.groups.get(member.group)
    if (member === undefined || group === undefined) throw new Error(`${move.member} is not in the view`)
    const around = group.around.flatMap((name) => view.groups.get(name) ?? [])
    return { move, member, chain: [group, ...around] }
  })
}

/** Position of a commit on the branch; -1 for none. */
export function positionOf({ truth }: Step, commit: string | undefined): number {
  return commit === undefined ? -1 : truth.line.findIndex((each) => each.commit === commit)
}

/** Whether a commit forces a group to take everything up to another one. */
export function isForced(step: Step, group: GroupView, commit: string): boolean {
  return group.forced !== undefined && positionOf(step, group.forced) >= positionOf(step, commit)
}

/** What a group's members inherit at a commit. */
export function digestAt({ truth }: Step, group: string, commit: string): string | undefined {
  return truth.line.find((each) => each.commit === commit)?.digests.get(group)
}

/** The commit that a move is judged by: a change of what a member says itself is the head's. */
export function commitOf({ view }: Step, { kind, inherited }: Move): string {
  return kind === 'own' ? (view.line.at(-1)?.commit ?? '') : inherited.commit
}
