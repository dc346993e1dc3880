import { type AimContext, nextRecord } from './aim.ts'
import { groupWait } from './group-wait.ts'
import { type MembersByGroup, membersByGroup, sleepersByGroup } from './judged-members.ts'
import { Line } from './line.ts'
import { type Move, type MoveContext, type Moves, movesOf } from './moves.ts'
import { nextWake } from './next-wake.ts'
import { remembered, withMoves } from './remembered.ts'
import { ringsOf } from './rings.ts'
import { withRingsInside } from './rings-inside.ts'
import type { GroupView, MemberView, RememberedGroup, RolloutView } from './rollout-view.ts'
import { type Settled, settle } from './settle.ts'
import { usageOf } from './usage.ts'
import type { Wait } from './wait.ts'

/** What follows from the fleet, the records and the clock. */
export interface Decision {
  /** By group, each as it is to be remembered. */
  readonly groups: ReadonlyMap<string, Settled>
  readonly moves: readonly Move[]
  /** Why members that are to move do not, by name. */
  readonly waits: ReadonlyMap<string, Wait>
  /** When another decision may follow although nothing else changes, in ms since the epoch; undefined for never. */
  readonly wakeAt?: number
}

/** Decides what groups take, and which of their members move. Pure: the same view gives the same decision. */
export function decide(said: RolloutView): Decision {
  const view = { ...said, groups: withRingsInside(said.groups) }
  const { now, harm } = view
  const line = new Line(view.line, view.order ?? view.line.map(({ commit }) => commit))
  const groups = remembered(view, line)
  const members = membersByGroup(view, groups)
  const rings = ringsOf(groups.values())
  const settledAs = (group: RememberedGroup) =>
    settle(group, members.get(group.name) ?? [], { now, line, harm })
  const before = new Map([...groups].map(([name, group]) => [name, settledAs(group)]))
  const sleepers = sleepersByGroup(view)
  const usage = usageOf(members, groups, before, sleepers)
  const context: AimContext = { now, line, rings, groups, usage, settled: before }
  const after = new Map(
    [...before].map(([name, each]) => [name, taking(each, groups.get(name), context, settledAs)]),
  )
  const decided = decidedMoves(members, sleepers, { now, line, rings, groups, settled: after, harm })
  const settled = new Map(
    [...after].map(([name, each]): [string, Settled] => {
      const group = groups.get(name)
      const moves = decided.get(name)?.moves ?? []
      const record = withMoves(each.record, moves, now)
      const isInMotion =
        moves.length > 0 || (members.get(name) ?? []).some(({ condition }) => condition === 'moving')
      const moved = { ...each, record, isInMotion }
      const wait = group && groupWait(group, moved, { ...context, settled: after })
      return [name, { ...moved, ...(wait && { wait }) }]
    }),
  )
  const moves = [...groups.keys()].flatMap((name) => decided.get(name)?.moves ?? [])
  const waits = new Map<string, Wait>()
  for (const each of decided.values()) for (const [name, wait] of each.waits) waits.set(name, wait)
  const wakeAt = nextWake({ now, groups: view.groups, members, rings, settled, before, waits })
  return { groups: settled, moves, waits, ...(wakeAt !== undefined && { wakeAt }) }
}

/** A group with what it takes. At another commit with the same digest, members may fit that did not before. */
function taking(
  settled: Settled,
  group: GroupView | undefined,
  context: AimContext,
  settledAs: (group: RememberedGroup) => Settled,
): Settled {
  if (group === undefined) return settled
  const record = nextRecord(group, settled, context)
  const { at } = settled.record
  if (record.at.digest !== at.digest) return { record, missing: [], isTroubled: false }
  return record.at.commit === at.commit ? { ...settled, record } : settledAs({ ...group, record })
}

/** Moves that start add to the usage of budgets: groups take turns, so that those which share one all come to move. */
function decidedMoves(
  members: MembersByGroup,
  sleepers: ReadonlyMap<string, readonly MemberView[]>,
  context: Omit<MoveContext, 'usage'>,
): ReadonlyMap<string, Moves> {
  const { groups, settled } = context
  const usage = usageOf(members, groups, settled, sleepers)
  const lastMove = ({ name }: GroupView) => settled.get(name)?.record.lastMove ?? 0
  const inTurn = [...groups.values()].sort((a, b) => lastMove(a) - lastMove(b))
  return new Map(
    inTurn.map((group) => {
      const [awake, others] = [members.get(group.name) ?? [], sleepers.get(group.name) ?? []]
      return [group.name, movesOf(group, awake, others, { ...context, usage })]
    }),
  )
}
