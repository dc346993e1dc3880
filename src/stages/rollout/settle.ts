import { amountOf } from '../../model/rollout.ts'
import type { Condition } from './condition.ts'
import {
  type GroupRecord,
  isAtSomething,
  type Rejection,
  rejectionOf,
  type StartedMove,
} from './group-record.ts'
import type { Line } from './line.ts'
import type { GroupView, Inherited, MemberView, RememberedGroup } from './rollout-view.ts'
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
  /** Whether it cannot be proven as its members are, or by itself, so that a newer revision need not wait for that. */
  readonly isTroubled: boolean
  /** Whether some member is on its way. */
  readonly isInMotion?: boolean
  /** No member was brought to what it is at yet: it gives nothing up with it. */
  readonly isUntouched?: boolean
  /** Checks that keep it from being proven. */
  readonly checking?: readonly string[]
  /** Why it is not at the head of the branch; undefined where it is. */
  readonly wait?: Wait
}

export interface SettleContext {
  readonly now: number
  readonly line: Line
  readonly harm: (member: string, inherited: Inherited) => string | undefined
}

/** Brings a group's record up to date with its members. */
export function settle(
  group: RememberedGroup,
  members: readonly JudgedMember[],
  context: SettleContext,
): Settled {
  const { now } = context
  const { record } = group
  const moves = movesLeft(record, members)
  const counted = members.filter(({ member }) => counts(member, group))
  const { failedCheck, rollout } = group
  const here = { ...group, record: { ...record, moves } }
  const failed = rollout.onFailure === 'continue' ? [] : counted.filter((each) => isFailedBy(each, here))
  const missing = missingIn(here, counted, failed, context)
  const isWell = missing.length === 0 && isAtSomething(record)
  const relapsed = record.wellSince !== undefined && !isWell && missing.some((each) => isRelapsed(each, here))
  const { wellSince: _, failure: __, ...rest } = record
  const settled: GroupRecord = {
    ...rest,
    ...(relapsed && { proofs: record.proofs.filter(({ digest }) => digest !== record.at.digest) }),
    moves,
    relapses: record.relapses + (relapsed ? 1 : 0),
    ...(isWell && { wellSince: record.wellSince ?? now }),
    ...(failedCheck && { failure: failedCheck }),
  }
  const failure = failureOf({ ...here, record: settled }, failed, counted.length)
  return {
    record: settled,
    ...(failure !== undefined && { failure }),
    missing: missing.map(({ member }) => member.name),
    isTroubled: missing.length > 0 && (failed.length > 0 || missing.every((each) => isLost(each, here))),
    isUntouched: counted.length > 0 && !members.some(({ member }) => isAtAim(member, here)),
    ...(group.checking && { checking: group.checking }),
  }
}

/** Whether the rollout moves a member, so that it proves something. */
export function counts({ name, pinned }: MemberView, { rollout }: Pick<GroupView, 'rollout'>): boolean {
  return pinned === undefined && !rollout.skip.includes(name)
}

/** Whether a member inherits what its group is at. */
export function isAtAim(
  { at }: MemberView,
  { name, record }: Pick<RememberedGroup, 'name' | 'record'>,
): boolean {
  return at?.group === name && at.digest === record.at.digest
}

/** Why a member is at what its group went back from, and has taken nothing newer since; undefined where it is not. */
export function wentBackFrom(
  { at }: MemberView,
  { name, record }: Pick<RememberedGroup, 'name' | 'record'>,
  line: Line,
): Rejection | undefined {
  if (at?.group !== name) return undefined
  const rejection = rejectionOf(record, at.digest)
  const isBack = rejection && line.position(record.at.commit) <= line.position(rejection.commit)
  return isBack ? rejection : undefined
}

function movesLeft(
  { moves }: GroupRecord,
  members: readonly JudgedMember[],
): ReadonlyMap<string, StartedMove> {
  if (moves.size === 0) return moves
  const left = new Map<string, StartedMove>()
  for (const { member, condition } of members) {
    const move = condition === 'well' ? undefined : moves.get(member.name)
    if (move) left.set(member.name, move)
  }
  return left
}

/**
 * Members that are not where the group is, or not well there. Some of those that were ill before are tolerated, and
 * some that failed are allowed.
 */
function missingIn(
  here: RememberedGroup,
  members: readonly JudgedMember[],
  failed: readonly JudgedMember[],
  { line, harm }: SettleContext,
): readonly JudgedMember[] {
  const aim = { commit: here.record.at.commit, group: here.name }
  const areAllNew = members.every(({ condition }) => condition === 'new')
  const missing = members.filter(
    (each) => (areAllNew || isMissing(each, here, line)) && harm(each.member.name, aim) === undefined,
  )
  if (missing.length === 0) return missing
  const { tolerate, failureBudget } = here.rollout
  const ill = missing.filter(({ member }) => isAtAim(member, here) && wasIll(member, here))
  const allowed = failed.length <= amountOf(failureBudget, members.length) ? failed : []
  const excused = new Set([...ill.slice(0, amountOf(tolerate, members.length)), ...allowed])
  return missing.filter((each) => !excused.has(each))
}

/** Members that come to what others prove already, and those that stay at what the group went back from, are not. */
function isMissing({ member, condition }: JudgedMember, here: RememberedGroup, line: Line): boolean {
  const { record, rollout, name } = here
  const move = record.moves.get(member.name)
  const isProving = record.wellSince !== undefined
  if (condition === 'new' || (isStart(move) && isProving)) return false
  if (!isAtAim(member, here)) {
    const stays = condition === 'well' && !rollout.rollsAllBack && wentBackFrom(member, here, line)
    return !stays && !(isProving && member.at?.group !== name)
  }
  if (condition === 'well' || (move?.kind === 'own' && !move.wasUnavailable)) return false
  const isUnderWay = move !== undefined && (condition === 'moving' || condition === 'held')
  return rollout.onFailure === 'continue' ? isUnderWay && !isProving : !(isUnderWay && isProving)
}

/** Whether a move brings a member up that was not there, or slept. */
export function isStart(move: StartedMove | undefined): boolean {
  return move?.kind === 'new' || move?.kind === 'wake'
}

function wasIll({ name }: MemberView, { record }: RememberedGroup): boolean {
  return record.moves.get(name)?.wasUnavailable === true
}

/** Whether a member that was well stopped being so without a move. */
function isRelapsed({ member, condition }: JudgedMember, here: RememberedGroup): boolean {
  const isUnwell = condition !== 'well' && condition !== 'held'
  return isUnwell && isAtAim(member, here) && !here.record.moves.has(member.name)
}

/** Whether a member came to where the group is, and is not going to be well there by itself. */
function isLost({ member, condition }: JudgedMember, here: RememberedGroup): boolean {
  return (condition === 'failed' || condition === 'held') && isAtAim(member, here)
}

function failureOf(
  { record, rollout }: RememberedGroup,
  failed: readonly JudgedMember[],
  counted: number,
): string | undefined {
  if (rollout.onFailure === 'continue') return undefined
  const { failure } = record
  if (failure !== undefined) return `the check ${failure.name} failed: ${failure.reason}`
  if (record.relapses >= MOST_RELAPSES) return `its members stopped being well ${record.relapses} times`
  if (failed.length <= amountOf(rollout.failureBudget, counted)) return undefined
  const name = failed[0]?.member.name
  return failed.length === 1 ? `${name} failed` : `${failed.length} members failed, ${name} first`
}

/** Whether a member failed because of what the group is at, as far as one can tell. */
function isFailedBy(
  { member, condition }: JudgedMember,
  here: Pick<RememberedGroup, 'name' | 'record'>,
): boolean {
  if (condition !== 'failed' || !isAtAim(member, here)) return false
  const move = here.record.moves.get(member.name)
  return move === undefined || (move.kind === 'inherited' && !move.wasUnavailable)
}
