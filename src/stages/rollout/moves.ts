import { isAdmissible, isApproved, rejectionOf, unprovenBefore } from './aim.ts'
import { closedGate, freezeOf, roomIn, type Usage } from './gates.ts'
import type { GroupRecord, MoveKind } from './group-record.ts'
import type { Line } from './line.ts'
import type { GroupView, Inherited, MemberView } from './rollout-view.ts'
import { counts, isAtAim, type JudgedMember, type Settled } from './settle.ts'
import type { Wait } from './wait.ts'

/** A member that goes to its own documents of the head, and to what it inherits at a commit. */
export interface Move {
  readonly member: string
  readonly kind: MoveKind
  readonly inherited: Inherited
  readonly wasUnavailable: boolean
}

export interface Moves {
  readonly moves: readonly Move[]
  /** Why others do not move, by name. */
  readonly waits: ReadonlyMap<string, Wait>
}

/** Everything that decides which members move. */
export interface MoveContext {
  readonly now: number
  readonly line: Line
  readonly groups: ReadonlyMap<string, GroupView>
  /** As the groups are, with what they take. */
  readonly settled: ReadonlyMap<string, Settled>
  /** What is used of the groups' budgets; moves add to it. */
  readonly usage: ReadonlyMap<string, Usage>
  readonly harm: (member: string, inherited: Inherited) => string | undefined
}

/** Where a member is to go, or why it stays; undefined where it is where it is to be. */
type Wish = Goal | { readonly wait: Wait } | undefined
type Goal = Pick<Move, 'kind' | 'inherited'>

/** Decides which members of a group move now, in their order. */
export function movesOf(group: GroupView, members: readonly JudgedMember[], context: MoveContext): Moves {
  const mover = new Mover(group, context)
  for (const each of members) mover.consider(each)
  return mover
}

class Mover implements Moves {
  readonly moves: Move[] = []
  readonly waits = new Map<string, Wait>()
  readonly #group: GroupView
  readonly #context: MoveContext
  readonly #chain: readonly GroupView[]
  readonly #closed = new Map<string, { readonly wait: Wait | undefined }>()
  #lastMove: number | undefined

  constructor(group: GroupView, context: MoveContext) {
    this.#group = group
    this.#context = context
    this.#chain = [group, ...group.around.flatMap((name) => context.groups.get(name) ?? [])]
    this.#lastMove = context.settled.get(group.name)?.record.lastMove
  }

  consider(each: JudgedMember): void {
    const { name } = each.member
    const wish = wishOf(each, this.#group, this.#context)
    if (wish === undefined) return
    const wait = 'wait' in wish ? wish.wait : this.#gateOf(each, wish)
    if (wait) this.waits.set(name, wait)
    else if ('kind' in wish) this.#move(each, wish)
  }

  #move({ member, condition }: JudgedMember, goal: Goal): void {
    const { usage, now } = this.#context
    const wasUnavailable = condition !== 'well'
    this.moves.push({ member: member.name, ...goal, wasUnavailable })
    if (goal.kind !== 'new') this.#lastMove = now
    if (wasUnavailable) return
    for (const { name } of this.#chain) {
      const used = usage.get(name)
      if (used) used.moving += 1
    }
  }

  /** What keeps a move from beginning now. */
  #gateOf({ condition }: JudgedMember, { kind, inherited }: Goal): Wait | undefined {
    const { line } = this.#context
    const commit = kind === 'own' ? (line.head?.commit ?? '') : inherited.commit
    return this.#closedGate(kind, commit) ?? (condition === 'well' ? this.#budgetGate() : undefined)
  }

  /** The same for all members. */
  #closedGate(kind: MoveKind, commit: string): Wait | undefined {
    const { now, line } = this.#context
    const key = `${kind} ${commit}`
    const known = this.#closed.get(key)
    if (known !== undefined) return known.wait
    const wait = firstIn(this.#chain, (group) => {
      if (kind === 'new') return freezeOf(group, now)
      if (kind === 'back') return group.rollout.paused ? { for: 'pause', group: group.name } : undefined
      return closedGate(group, now, line.reaches(group.forced, commit))
    })
    this.#closed.set(key, { wait })
    return wait
  }

  /** Members that are not available anyway pass it. */
  #budgetGate(): Wait | undefined {
    const { now, usage } = this.#context
    const { name, rollout } = this.#group
    const next = (this.#lastMove ?? Number.NEGATIVE_INFINITY) + rollout.pauseBetween
    if (now < next) return { for: 'pace', group: name, until: next }
    return firstIn(this.#chain, (group) => {
      const used = usage.get(group.name)
      return used && roomIn(group, used) < 1 ? { for: 'budget', group: group.name } : undefined
    })
  }
}

function firstIn(
  chain: readonly GroupView[],
  gate: (group: GroupView) => Wait | undefined,
): Wait | undefined {
  for (const group of chain) {
    const wait = gate(group)
    if (wait) return wait
  }
  return undefined
}

function wishOf(each: JudgedMember, group: GroupView, context: MoveContext): Wish {
  const { member } = each
  const settled = context.settled.get(group.name)
  if (settled === undefined) return undefined
  if (member.pinned) return pinnedWish(member, member.pinned)
  if (!counts(member, group)) return skippedWish(member, group, settled.record)
  if (member.at === undefined) return unlessHarmed(member, 'new', startOf(group, settled.record), context)
  const full = isAtAim(member, { ...group, record: settled.record })
    ? undefined
    : fullWish(each, group, settled, context)
  if (full && 'kind' in full) return full
  const own = member.isOwnBehind ? unlessHarmed(member, 'own', member.at, context) : undefined
  return own && 'kind' in own ? own : both(own, full)
}

/** Why neither its own change nor all of it goes. */
function both(own: Wish, full: Wish): Wish {
  if (own === undefined || !('wait' in own) || own.wait.for !== 'whole') return full ?? own
  return full && 'wait' in full ? { wait: { ...own.wait, with: full.wait } } : own
}

/** What a new member begins with: the newest that all others were brought to. */
function startOf({ name }: GroupView, { at, wellSince, proofs }: GroupRecord): Inherited {
  const { commit } = wellSince === undefined ? (proofs[0] ?? at) : at
  return { commit, group: name }
}

function pinnedWish({ at, isOwnBehind }: MemberView, pinned: Inherited & { readonly digest: string }): Wish {
  if (at && at.digest === pinned.digest && at.group === pinned.group && !isOwnBehind) return undefined
  const { commit, group } = pinned
  return { kind: at ? 'own' : 'new', inherited: { commit, group } }
}

function skippedWish(member: MemberView, group: GroupView, record: GroupRecord): Wish {
  const isBehind = member.isOwnBehind || !isAtAim(member, { ...group, record })
  return isBehind ? { wait: { for: 'skip', group: group.name } } : undefined
}

/** To what the group is at. */
function fullWish(each: JudgedMember, group: GroupView, settled: Settled, context: MoveContext): Wish {
  const { member, condition } = each
  const { record, failure } = settled
  const { line } = context
  const { name, rollout } = group
  const aim = { commit: record.at.commit, group: name }
  const rejection = member.at?.group === name ? rejectionOf(record, member.at.digest) : undefined
  if (rejection && line.position(aim.commit) <= line.position(rejection.commit)) {
    if (condition !== 'well' || rollout.rollsAllBack) return unlessHarmed(member, 'back', aim, context)
    return { wait: { for: 'rejection', group: name, reason: rejection.why } }
  }
  if (failure !== undefined && !line.reaches(group.forced, aim.commit))
    return { wait: { for: 'failure', group: name, reason: failure } }
  const wait = waitForAim(group, record, context)
  return wait ? { wait } : unlessHarmed(member, 'inherited', aim, context)
}

/** Why members may not go to what the group is at, although it took that: what allowed it does so no more. */
function waitForAim(group: GroupView, record: GroupRecord, context: MoveContext): Wait | undefined {
  const { line } = context
  const candidate = line.candidates.find(({ commit }) => commit === record.at.commit)
  if (candidate && isAdmissible(group, record, candidate, context)) return undefined
  if (candidate && !isApproved(group, candidate.commit, line)) return { for: 'approval', group: group.name }
  return {
    for: 'rings',
    group: group.name,
    rings: candidate ? unprovenBefore(group, candidate, context) : [],
  }
}

function unlessHarmed(
  { name }: MemberView,
  kind: MoveKind,
  { commit, group }: Inherited,
  { harm }: MoveContext,
): Wish {
  const inherited = { commit, group }
  const reason = harm(name, inherited)
  return reason === undefined ? { kind, inherited } : { wait: { for: 'whole', group, reason } }
}
