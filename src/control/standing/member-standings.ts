import type { InstallationState } from '../../model/status.ts'
import type { GroupStanding, MemberStanding, RecordedMember } from './standing.ts'
import { MEMBER_PHASES } from './standing.ts'

/** A member as the head of the branch declares it. */
export interface DeclaredMember {
  readonly name: string
  readonly pinned?: string
  /** It is suspended, or its documents have faults. */
  readonly isLeftOut: boolean
  readonly sleeps: boolean
}

const UNWELL: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'degraded'])

/** What each member of a group does. */
export function memberStandings(
  group: GroupStanding,
  members: readonly DeclaredMember[],
  recorded: (name: string) => RecordedMember | undefined,
): readonly MemberStanding[] {
  const order = ({ phase }: MemberStanding) => MEMBER_PHASES.indexOf(phase)
  const waits = new Map(group.report?.waiting.map((each) => [each.member, each.for]))
  return members
    .map((member) => memberStanding(group, member, recorded(member.name), waits.get(member.name)))
    .sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1))
}

function memberStanding(
  group: GroupStanding,
  member: DeclaredMember,
  recorded: RecordedMember | undefined,
  wait: string | undefined,
): MemberStanding {
  const { name } = member
  const move = group.record?.moves.get(name)
  const why = wait ?? recorded?.problem
  return {
    name,
    phase: phaseOf(group, member, recorded, wait),
    ...(recorded && { state: recorded.state }),
    ...(recorded?.commit !== undefined && { commit: recorded.commit }),
    ...(why !== undefined && { why }),
    ...(move && { since: move.at }),
  }
}

function phaseOf(
  { name: group, rollout, report, record }: GroupStanding,
  { name, pinned, isLeftOut, sleeps }: DeclaredMember,
  recorded: RecordedMember | undefined,
  wait: string | undefined,
): MemberStanding['phase'] {
  const isUnwell = recorded !== undefined && UNWELL.has(recorded.state)
  if (isUnwell && !isLeftOut) return 'unavailable'
  if (rollout.skip.includes(name)) return 'skipped'
  if (pinned !== undefined) return 'pinned'
  if (isLeftOut) return 'suspended'
  if (sleeps) return 'hibernated'
  if (report?.unavailable.names.includes(name)) return 'unavailable'
  if (record?.moves.has(name) || report?.moving.names.includes(name)) return 'moving'
  if (recorded === undefined) return 'new'
  if (wait !== undefined) return 'waiting'
  const isThere = recorded.digest === report?.digest && recorded.group === group
  return isThere ? 'there' : 'behind'
}
