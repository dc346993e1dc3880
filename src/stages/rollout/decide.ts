import { type AimContext, nextRecord } from './aim.ts'
import { judge } from './condition.ts'
import type { Usage } from './gates.ts'
import type { GroupRecord, StartedMove } from './group-record.ts'
import { groupWait } from './group-wait.ts'
import { Line } from './line.ts'
import { type Move, type Moves, movesOf } from './moves.ts'
import { type Rings, ringsOf } from './rings.ts'
import { withRingsInside } from './rings-inside.ts'
import type { GroupView, RolloutView } from './rollout-view.ts'
import { isAtAim, type JudgedMember, type Settled, settle } from './settle.ts'
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
  const { now, groups } = view
  const line = new Line(view.line, view.order ?? view.line.map(({ commit }) => commit))
  const rings = ringsOf(groups.values())
  const members = membersOf(view)
  const before = new Map(
    [...groups.values()].flatMap((group): [string, Settled][] => {
      const judged = members.get(group.name) ?? []
      const record = group.record ?? firstRecord(group, judged, { line, now, groups, members })
      return record ? [[group.name, settle(group, record, judged, now, view.harm)]] : []
    }),
  )
  const context: AimContext = { now, line, rings, groups, settled: before }
  const after = new Map(
    [...before].map(([name, settled]): [string, Settled] => {
      const group = groups.get(name)
      const record = group ? nextRecord(group, settled, context) : settled.record
      return [name, sameAim(record, settled.record) ? { ...settled, record } : { record, missing: [] }]
    }),
  )
  const usage = usageOf(members, groups, after)
  const decided = new Map<string, Moves>()
  for (const group of groups.values())
    decided.set(
      group.name,
      movesOf(group, members.get(group.name) ?? [], {
        now,
        line,
        groups,
        settled: after,
        usage,
        harm: view.harm,
      }),
    )
  const moves = [...decided.values()].flatMap((each) => each.moves)
  const waits = new Map([...decided.values()].flatMap((each) => [...each.waits]))
  const noted = new Map(
    [...after].map(([name, settled]): [string, Settled] => {
      const group = groups.get(name)
      const wait = group && groupWait(group, settled, { now, line, rings, settled: after })
      return [name, withMoves({ ...settled, ...(wait && { wait }) }, decided.get(name), now)]
    }),
  )
  const wakeAt = nextWake(view, { members, rings, settled: noted, waits, before })
  return { groups: noted, moves, waits, ...(wakeAt !== undefined && { wakeAt }) }
}

type MembersByGroup = ReadonlyMap<string, readonly JudgedMember[]>

/** The members of each group in the order of their moves: those that are not well first. */
function membersOf({ members, groups, now }: RolloutView): MembersByGroup {
  const judged = [...members.values()].flatMap((member) => {
    const group = groups.get(member.group)
    return group ? [{ member, condition: judge(member, group, group.record, now).condition }] : []
  })
  const byGroup = Map.groupBy(judged, ({ member }) => member.group)
  for (const each of byGroup.values()) each.sort(inOrder)
  return byGroup
}

function inOrder(a: JudgedMember, b: JudgedMember): number {
  const isWell = ({ condition }: JudgedMember) => Number(condition === 'well')
  return (
    isWell(a) - isWell(b) ||
    byText(a.member.order, b.member.order) ||
    (a.member.name < b.member.name ? -1 : 1)
  )
}

/** Numbers by their size, texts by their letters; members without one come last. */
function byText(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return Number(a) - Number(b) || (a < b ? -1 : 1)
}

interface FirstContext {
  readonly now: number
  readonly line: Line
  readonly groups: ReadonlyMap<string, GroupView>
  readonly members: MembersByGroup
}

/**
 * The record of a group that nothing is known of: it is at the newest that any of its members is at, and what most
 * others are at counts as proven. Without members that are applied, it is at the head, if the groups before it are
 * new, too: nothing that runs is at risk.
 */
function firstRecord(
  group: GroupView,
  members: readonly JudgedMember[],
  { now, line, groups, members: all }: FirstContext,
): GroupRecord | undefined {
  const applied = members.flatMap(({ member: { at } }) => (at?.group === group.name ? [at] : []))
  const rest = { relapses: 0, rejected: [], moves: new Map<string, StartedMove>() }
  const newest = applied.toSorted((a, b) => line.position(b.commit) - line.position(a.commit))[0]
  if (newest) {
    const { commit, digest } = newest
    const others = Map.groupBy(applied, (at) => at.digest)
    others.delete(digest)
    const [most] = [...others.values()].sort((a, b) => b.length - a.length)
    const proofs = most?.[0] ? [{ commit: most[0].commit, digest: most[0].digest, soaked: 0 }] : []
    return { at: { commit, digest, since: now }, proofs, ...rest }
  }
  const { head } = line
  const digest = head?.digests.get(group.name)
  const isFirst = group.rollout.after.every(
    (ring) => groups.get(ring.group)?.record === undefined && !(all.get(ring.group) ?? []).some(isApplied),
  )
  if (head === undefined || digest === undefined || !isFirst) return undefined
  return { at: { commit: head.commit, digest, since: now }, proofs: [], ...rest }
}

function isApplied({ member }: JudgedMember): boolean {
  return member.at !== undefined
}

function sameAim(a: GroupRecord, b: GroupRecord): boolean {
  return a.at.digest === b.at.digest
}

/** What is used of the budget of each group, by members of groups inside it, too. */
function usageOf(
  members: MembersByGroup,
  groups: ReadonlyMap<string, GroupView>,
  settled: ReadonlyMap<string, Settled>,
): ReadonlyMap<string, Usage> {
  const usage = new Map(
    [...groups.keys()].map((name): [string, Usage] => [name, { all: 0, moving: 0, ill: 0 }]),
  )
  for (const group of groups.values()) {
    const record = settled.get(group.name)?.record
    for (const each of members.get(group.name) ?? []) {
      const use = useOf(each, group, record)
      for (const name of [group.name, ...group.around]) {
        const used = usage.get(name)
        if (used === undefined) continue
        used.all += 1
        if (use !== undefined) used[use] += 1
      }
    }
  }
  return usage
}

/** Whether a member uses up its group's budget; one that nothing was applied of yet does not. */
function useOf(
  { member, condition }: JudgedMember,
  group: GroupView,
  record: GroupRecord | undefined,
): 'moving' | 'ill' | undefined {
  if (condition === 'well' || condition === 'new') return undefined
  const move = record?.moves.get(member.name)
  if (move) return move.kind === 'new' ? undefined : move.wasUnavailable ? 'ill' : 'moving'
  return record && isAtAim(member, { ...group, record }) ? 'moving' : 'ill'
}

function withMoves(settled: Settled, decided: Moves | undefined, now: number): Settled {
  if (decided === undefined || decided.moves.length === 0) return settled
  const { record } = settled
  const started = decided.moves.map(({ member, kind, wasUnavailable }): [string, StartedMove] => [
    member,
    { kind, at: now, wasUnavailable },
  ])
  const isPaced = decided.moves.some(({ kind }) => kind !== 'new')
  return {
    ...settled,
    record: { ...record, moves: new Map([...record.moves, ...started]), ...(isPaced && { lastMove: now }) },
  }
}

interface WakeContext {
  readonly members: MembersByGroup
  readonly rings: Rings
  readonly settled: ReadonlyMap<string, Settled>
  readonly before: ReadonlyMap<string, Settled>
  readonly waits: ReadonlyMap<string, Wait>
}

/** A group that took something else may take the next thing at once, and others may follow it. */
function nextWake(
  { now, groups }: RolloutView,
  { members, rings, settled, before, waits }: WakeContext,
): number | undefined {
  const aimOf = (name: string, records: ReadonlyMap<string, Settled>) => records.get(name)?.record.at.commit
  if ([...groups.keys()].some((name) => aimOf(name, settled) !== aimOf(name, before))) return now
  const times = [...groups.values()].flatMap((group) => {
    const record = settled.get(group.name)?.record
    const judged = (members.get(group.name) ?? []).map(
      ({ member }) => judge(member, group, record, now).until,
    )
    const after = group.rollout.after.map((ring) => soakEnd(settled.get(ring.group)?.record, ring.soak))
    return [...judged, soakEnd(record, rings.soaks.get(group.name) ?? 0), ...after]
  })
  const waiting = [...waits.values()].map((wait) => ('until' in wait ? wait.until : undefined))
  const later = [...times, ...waiting].filter((time) => time !== undefined && time > now)
  return later.length === 0 ? undefined : Math.min(...(later as number[]))
}

function soakEnd(record: GroupRecord | undefined, soak: number): number | undefined {
  return record?.wellSince === undefined ? undefined : record.wellSince + soak
}
