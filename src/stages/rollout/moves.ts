import { closedGate, freezeOf, roomIn, type Usage } from './gates.ts'
import type { MoveKind } from './group-record.ts'
import { inOrder } from './in-order.ts'
import type { GroupView, Inherited } from './rollout-view.ts'
import type { JudgedMember } from './settle.ts'
import { isAvailable } from './usage.ts'
import type { Wait } from './wait.ts'
import { type Goal, type WishContext, waitForAim, wishOf } from './wishes.ts'

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
export function movesOf(group: GroupView, members: readonly JudgedMember[], context: MoveContext): Moves {
  const mover = new Mover(group, context)
  const goals = members.flatMap((each) => mover.goalOf(each) ?? [])
  for (const { each, goal } of inOrder(goals)) mover.consider(each, goal)
  return mover
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
  goalOf(each: JudgedMember): { readonly each: JudgedMember; readonly goal: Goal } | undefined {
    const wish = wishOf(each, this.#group, this.#context, this.#aimWaitOf)
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
    const wasUnavailable = !this.#isAvailable(each)
    this.moves.push({ member: member.name, ...goal, wasUnavailable })
    if (goal.kind !== 'new') this.#lastMove = now
    if (wasUnavailable) return
    for (const { name } of this.#chain) {
      const used = usage.get(name)
      if (used) used.moving += 1
    }
  }

  /** What keeps a move from beginning now. */
  #gateOf(each: JudgedMember, { kind, inherited }: Goal): Wait | undefined {
    const { line } = this.#context
    const commit = kind === 'own' ? (line.head?.commit ?? '') : inherited.commit
    return this.#closedGate(kind, commit) ?? (this.#isAvailable(each) ? this.#budgetGate() : undefined)
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
      if (kind === 'new') return freezeOf(group, now)
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
