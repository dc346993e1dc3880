import { amountOf } from '../../model/rollout.ts'
import type { Condition } from './condition.ts'
import type { GroupRecord, StartedMove } from './group-record.ts'
import type { GroupView, Inherited, MemberView } from './rollout-view.ts'
import type { Wait } from './wait.ts'

/** Number of times that a revision may stop being well; it has failed then. */
const MOST_RELAPSES = 3

/** A member with how it is doing. */
export interface JudgedMember {
  readonly member: MemberView
  readonly condition: Condition
}

/** A group's record as its members are now. */
export interface Settled {
  readonly record: GroupRecord
  /** Why the revision does not do; undefined while it does. */
  readonly failure?: string
  /** Names of members that keep it from being proven. */
  readonly missing: readonly string[]
  /** Why it is not at the head of the branch; undefined where it is. */
  readonly wait?: Wait
}

/** Brings a group's record up to date with its members. */
export function settle(
  group: GroupView,
  record: GroupRecord,
  members: readonly JudgedMember[],
  now: number,
  harm: (member: string, inherited: Inherited) => string | undefined,
): Settled {
  const moves = movesLeft(record, members)
  const counted = members.filter(({ member }) => counts(member, group))
  const here = { ...group, record: { ...record, moves } }
  const missing = missingIn(here, counted, harm)
  const isWell = missing.length === 0
  const relapsed = record.wellSince !== undefined && counted.some((each) => isRelapsed(each, here))
  const relapses = record.relapses + (relapsed ? 1 : 0)
  const { wellSince: _, ...rest } = record
  const settled: GroupRecord = {
    ...rest,
    moves,
    relapses,
    ...(isWell && { wellSince: record.wellSince ?? now }),
  }
  const failure = failureOf({ ...here, record: settled }, counted)
  return {
    record: settled,
    ...(failure !== undefined && { failure }),
    missing: missing.map(({ member }) => member.name),
  }
}

/** A group together with its record. */
interface Here extends GroupView {
  readonly record: GroupRecord
}

/** Whether the rollout moves a member, so that it proves something. */
export function counts({ name, pinned }: MemberView, { rollout }: Pick<GroupView, 'rollout'>): boolean {
  return pinned === undefined && !rollout.skip.includes(name)
}

/** Whether a member inherits what its group is at. */
export function isAtAim({ at }: MemberView, { name, record }: Pick<Here, 'name' | 'record'>): boolean {
  return at?.group === name && at.digest === record.at.digest
}

function movesLeft(
  { moves }: GroupRecord,
  members: readonly JudgedMember[],
): ReadonlyMap<string, StartedMove> {
  if (moves.size === 0) return moves
  const conditions = new Map(members.map(({ member, condition }) => [member.name, condition]))
  const left = [...moves].filter(([name]) => (conditions.get(name) ?? 'well') !== 'well')
  return left.length === moves.size ? moves : new Map(left)
}

/** Members that are not where the group is, or not well there. Of those that were ill before, some are tolerated. */
function missingIn(
  here: Here,
  members: readonly JudgedMember[],
  harm: (member: string, inherited: Inherited) => string | undefined,
): readonly JudgedMember[] {
  const aim = { commit: here.record.at.commit, group: here.name }
  const missing = members.filter((each) => isMissing(each, here) && harm(each.member.name, aim) === undefined)
  const ill = missing.filter(({ member }) => isAtAim(member, here) && wasIll(member, here))
  const tolerated = new Set(ill.slice(0, amountOf(here.rollout.tolerate, members.length)))
  return missing.filter((each) => !tolerated.has(each))
}

function isMissing({ member, condition }: JudgedMember, here: Here): boolean {
  const kind = here.record.moves.get(member.name)?.kind
  if (condition === 'new' || kind === 'new') return false
  if (!isAtAim(member, here)) return true
  return condition !== 'well' && kind !== 'own'
}

function wasIll({ name }: MemberView, { record }: Here): boolean {
  return record.moves.get(name)?.wasUnavailable === true
}

/** Whether a member that was well stopped being so without a move. */
function isRelapsed({ member, condition }: JudgedMember, here: Here): boolean {
  return isAtAim(member, here) && condition !== 'well' && !here.record.moves.has(member.name)
}

function failureOf(here: Here, members: readonly JudgedMember[]): string | undefined {
  const { record, rollout, failedCheck } = here
  if (rollout.onFailure === 'continue') return undefined
  if (failedCheck !== undefined) return failedCheck
  if (record.relapses >= MOST_RELAPSES) return `its members stopped being well ${record.relapses} times`
  const failed = members.filter((each) => isFailedBy(each, here)).map(({ member }) => member.name)
  if (failed.length <= amountOf(rollout.failureBudget, members.length)) return undefined
  return failed.length === 1 ? `${failed[0]} failed` : `${failed.length} members failed, ${failed[0]} first`
}

/** Whether a member failed because of what the group is at, as far as one can tell. */
export function isFailedBy(
  { member, condition }: JudgedMember,
  here: Pick<Here, 'name' | 'record'>,
): boolean {
  if (condition !== 'failed' || !isAtAim(member, here)) return false
  const move = here.record.moves.get(member.name)
  return move === undefined || (move.kind === 'inherited' && !move.wasUnavailable)
}
