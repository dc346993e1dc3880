import { closedGate, freezeOf, roomIn, type Usage } from './gates.ts'
import type { MoveKind } from './group-record.ts'
import { inOrder } from './in-order.ts'
import type { GroupView, Inherited, MemberView } from './rollout-view.ts'
import type { JudgedMember } from './settle.ts'
import { sleeperWish } from './sleeper-wish.ts'
import { isAvailable } from './usage.ts'
import type { Wait } from './wait.ts'
import { type Goal, type Wish, type WishContext, waitForAim, wishOf } from './wishes.ts'

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
export interface MoveContext extends WishContext {
  readonly groups: ReadonlyMap<string, GroupView>
  /** What is used of the groups' budgets; moves add to it. */
  readonly usage: ReadonlyMap<string, Usage>
}

/** Decides which members of a group move now, in their order. */
export function movesOf(
  group: GroupView,
  members: readonly JudgedMember[],
  sleepers: readonly MemberView[],
  context: MoveContext,
): Moves {
  const mover = new Mover(group, context)
  const goals = [
    ...members.flatMap((each) => mover.goalOf(each) ?? []),
    ...sleepers.flatMap((member) => mover.goalOfSleeper(member) ?? []),
  ]
  for (const { each, goal } of inOrder(goals)) mover.consider(each, goal)
  return mover
}

/** What is to move, and where to. */
interface Pending {
  readonly each: JudgedMember
  readonly goal: Goal
}

class Mover implements Moves {
  readonly moves: Move[] = []
  readonly waits = new Map<string, Wait>()
  readonly #group: GroupView
  readonly #context: MoveContext
  readonly #chain: readonly GroupView[]
  readonly #closed = new Map<string, { readonly wait: Wait | undefined }>()
  #aimWait: { readonly wait: Wait | undefined } | undefined
  #budget: Wait | undefined
  #lastMove: number | undefined

  constructor(group: GroupView, context: MoveContext) {
    this.#group = group
    this.#context = context
    this.#chain = [group, ...group.around.flatMap((name) => context.groups.get(name) ?? [])]
    this.#lastMove = context.settled.get(group.name)?.record.lastMove
  }

  /** Where a member is to go; undefined for one that is to stay. */
  goalOf(each: JudgedMember): Pending | undefined {
    return this.#pending(each, wishOf(each, this.#group, this.#context, this.#aimWaitOf))
  }

  /** One that wakes is as little available as one that is new. */
  goalOfSleeper(member: MemberView): Pending | undefined {
    const wish = sleeperWish(member, this.#group, this.#context, this.#aimWaitOf)
    return this.#pending({ member, condition: 'new' }, wish)
  }

  #pending(each: JudgedMember, wish: Wish): Pending | undefined {
    if (wish === undefined || 'kind' in wish) return wish && { each, goal: wish }
    this.waits.set(each.member.name, wish.wait)
    return undefined
  }

  consider(each: JudgedMember, goal: Goal): void {
    const wait = this.#gateOf(each, goal)
    if (wait) this.waits.set(each.member.name, wait)
    else this.#move(each, goal)
  }

  /** The same for all members. */
  readonly #aimWaitOf = (): Wait | undefined => {
    const settled = this.#context.settled.get(this.#group.name)
    this.#aimWait ??= { wait: settled && waitForAim(this.#group, settled, this.#context) }
    return this.#aimWait.wait
  }

  #move(each: JudgedMember, goal: Goal): void {
    const { usage, now } = this.#context
    const { member } = each
    const wasUnavailable = goal.kind !== 'wake' && !this.#isAvailable(each)
    this.moves.push({ member: member.name, ...goal, wasUnavailable })
    if (isPaced(goal.kind)) this.#lastMove = now
    if (wasUnavailable) return
    for (const { name } of this.#chain) {
      const used = usage.get(name)
      if (used) used.moving += 1
    }
  }

  /** What keeps a move from beginning now. */
  #gateOf(each: JudgedMember, { kind, inherited }: Goal): Wait | undefined {
    const { line } = this.#context
    if (kind === 'sleep') return undefined
    const commit = kind === 'own' ? (line.head?.commit ?? '') : inherited.commit
    const isBudgeted = kind === 'wake' || this.#isAvailable(each)
    return this.#closedGate(kind, commit) ?? (isBudgeted ? this.#budgetGate() : undefined)
  }

  #isAvailable(each: JudgedMember): boolean {
    return isAvailable(each, this.#context.settled.get(this.#group.name)?.record)
  }

  /** The same for all members. */
  #closedGate(kind: MoveKind, commit: string): Wait | undefined {
    const { now, line } = this.#context
    const key = `${kind} ${commit}`
    const known = this.#closed.get(key)
    if (known !== undefined) return known.wait
    const wait = firstIn(this.#chain, (group) => {
      if (kind === 'new' || kind === 'wake') return freezeOf(group, now)
      if (kind === 'back') return group.rollout.paused ? { for: 'pause', group: group.name } : undefined
      return closedGate(group, now, line.reaches(group.forced, commit))
    })
    this.#closed.set(key, { wait })
    return wait
  }

  /** Members that are not available anyway pass it. Once it is closed, it stays so. */
  #budgetGate(): Wait | undefined {
    this.#budget ??= this.#closedBudget()
    return this.#budget
  }

  #closedBudget(): Wait | undefined {
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

/** Whether others wait for a while after a move of this kind. */
export function isPaced(kind: MoveKind): boolean {
  return kind !== 'new' && kind !== 'sleep'
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
