import { isAdmissible, isApproved, unprovenBefore } from './admissible.ts'
import { type GroupRecord, type MoveKind, NOTHING } from './group-record.ts'
import { groupWait } from './group-wait.ts'
import type { Line } from './line.ts'
import type { Rings } from './rings.ts'
import type { GroupView, Inherited, MemberView } from './rollout-view.ts'
import { counts, isAtAim, isStart, type JudgedMember, type Settled, wentBackFrom } from './settle.ts'
import type { Wait } from './wait.ts'

/** Everything that decides where members are to go. */
export interface WishContext {
  readonly now: number
  readonly line: Line
  readonly rings: Rings
  /** As the groups are, with what they take. */
  readonly settled: ReadonlyMap<string, Settled>
  readonly harm: (member: string, inherited: Inherited) => string | undefined
}

/** Where a member is to go, or why it stays; undefined where it is where it is to be. */
export type Wish = Goal | { readonly wait: Wait } | undefined
export interface Goal {
  readonly kind: MoveKind
  readonly inherited: Inherited
}

/** @param aimWait why members may not go to what their group is at: the same for all of them */
export function wishOf(
  each: JudgedMember,
  group: GroupView,
  context: WishContext,
  aimWait: () => Wait | undefined,
): Wish {
  const { member } = each
  const settled = context.settled.get(group.name)
  if (member.pinned) return pinnedWish(member, member.pinned, context)
  if (!counts(member, group)) return skippedWish(member, group, settled?.record)
  if (settled === undefined) return undefined
  const { record } = settled
  if (member.at === undefined) return newWish(member, startOf(group, record), context, aimWait)
  const aim = { commit: record.at.commit, group: group.name }
  if (isAtAim(member, { name: group.name, record })) return ownWish(member, aim, context)
  if (isStarting(each, group, record, context)) return ownWish(member, member.at, context)
  const full = fullWish(each, group, settled, context, aimWait)
  if (full && 'kind' in full) return full
  const own = ownWish(member, member.at, context)
  return own && 'kind' in own ? own : both(own, full)
}

/** Whether a member comes to be well for the first time, or again, with what is proven: it proves nothing else until then. */
function isStarting(
  { member, condition }: JudgedMember,
  { forced }: GroupView,
  { moves, wellSince, at }: GroupRecord,
  { line }: WishContext,
): boolean {
  const isUnderWay = condition === 'moving' && isStart(moves.get(member.name))
  return isUnderWay && wellSince === undefined && !line.reaches(forced, at.commit)
}

/** Its own documents of the head, with what it inherits anyway. */
function ownWish(member: MemberView, inherited: Inherited, context: WishContext): Wish {
  return member.isOwnBehind ? unlessHarmed(member, 'own', inherited, context) : undefined
}

function newWish(
  member: MemberView,
  start: Inherited,
  context: WishContext,
  aimWait: () => Wait | undefined,
): Wish {
  if (start.commit !== NOTHING.commit) return unlessHarmed(member, 'new', start, context)
  const wait = aimWait()
  return wait && { wait }
}

/** Why neither its own change nor all of it goes. */
export function both(own: Wish, full: Wish): Wish {
  if (own === undefined || !('wait' in own) || own.wait.for !== 'whole') return full ?? own
  return full && 'wait' in full ? { wait: { ...own.wait, with: full.wait } } : own
}

/** What a member begins with that is new, or wakes: the newest that all others were brought to. */
export function startOf({ name }: GroupView, { at, wellSince, proofs }: GroupRecord): Inherited {
  const { commit } = wellSince === undefined ? (proofs[0] ?? at) : at
  return { commit, group: name }
}

function pinnedWish(
  member: MemberView,
  pinned: Inherited & { readonly digest: string },
  context: WishContext,
): Wish {
  const { at, group, isOwnBehind } = member
  const isThere = at?.digest === pinned.digest && at.group === pinned.group
  if (!isThere || isOwnBehind) return unlessHarmed(member, at ? 'own' : 'new', pinned, context)
  const isHead = pinned.group === group && context.line.head?.digests.get(group) === pinned.digest
  return isHead ? undefined : { wait: { for: 'pin', group } }
}

function skippedWish(member: MemberView, { name }: GroupView, record: GroupRecord | undefined): Wish {
  const isBehind = member.isOwnBehind || record === undefined || !isAtAim(member, { name, record })
  return isBehind ? { wait: { for: 'skip', group: name } } : undefined
}

/** To what the group is at. */
function fullWish(
  each: JudgedMember,
  group: GroupView,
  settled: Settled,
  context: WishContext,
  aimWait: () => Wait | undefined,
): Wish {
  const { member, condition } = each
  const { record } = settled
  const { line } = context
  const { name, rollout } = group
  const aim = { commit: record.at.commit, group: name }
  const rejection = wentBackFrom(member, { name, record }, line)
  if (rejection) {
    if (condition !== 'well' || rollout.rollsAllBack) return unlessHarmed(member, 'back', aim, context)
    return { wait: { for: 'rejection', group: name, reason: rejection.why } }
  }
  const wait = aimWait()
  return wait ? { wait } : unlessHarmed(member, 'inherited', aim, context)
}

/**
 * Why members may not go to what the group is at, although it took that: it failed, or what allowed it does so no
 * more. What is left behind by the rings before comes to be allowed by nothing: the group waits for something newer.
 */
export function waitForAim(group: GroupView, settled: Settled, context: WishContext): Wait | undefined {
  const { line } = context
  const { record, failure } = settled
  const { name } = group
  const { commit, digest } = record.at
  if (failure !== undefined && !line.reaches(group.forced, commit))
    return { for: 'failure', group: name, reason: failure }
  const candidate = line.at(commit)
  if (candidate && isAdmissible(group, record, candidate, context)) return undefined
  const isHead = line.head?.digests.get(name) === digest
  const newer = isHead ? undefined : groupWait(group, settled, context)
  if (newer) return newer
  if (candidate && !isApproved(group, commit, line)) return { for: 'approval', group: name }
  return { for: 'rings', group: name, rings: candidate ? unprovenBefore(group, candidate, context) : [] }
}

export function unlessHarmed(
  { name }: MemberView,
  kind: MoveKind,
  { commit, group }: Inherited,
  { harm }: WishContext,
): Wish {
  const inherited = { commit, group }
  const reason = harm(name, inherited)
  return reason === undefined ? { kind, inherited } : { wait: { for: 'whole', group, reason } }
}
