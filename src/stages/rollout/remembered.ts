import { firstRecords } from './first-record.ts'
import type { GroupRecord, StartedMove } from './group-record.ts'
import type { Line } from './line.ts'
import { isPaced, type Move } from './moves.ts'
import type { RememberedGroup, RolloutView } from './rollout-view.ts'

/**
 * The groups with their records as they hold now: a time that is yet to come was noted by a clock that was wrong, and
 * counts as now; and a move goes with its member to the group that that is in.
 */
export function remembered(view: RolloutView, line: Line): ReadonlyMap<string, RememberedGroup> {
  const { groups, now } = view
  const arrived = arrivedMoves(view)
  const first = firstRecords(view, line)
  return new Map(
    [...groups.values()].flatMap((group): [string, RememberedGroup][] => {
      const { name } = group
      const record = group.record ?? first.get(name)
      if (record === undefined) return []
      return [[name, { ...group, record: notLater(withArrived(record, arrived.get(name)), now) }]]
    }),
  )
}

type Arrived = readonly (readonly [string, StartedMove])[]

/** Moves of members that are in another group now than the record's, by that group. */
function arrivedMoves({ groups, gone, members }: RolloutView): ReadonlyMap<string, Arrived> {
  const arrived = new Map<string, [string, StartedMove][]>()
  const records = [...groups].flatMap(([name, { record }]) => (record ? [[name, record] as const] : []))
  for (const [name, { moves }] of [...records, ...(gone ?? [])])
    for (const [member, move] of moves) {
      const group = members.get(member)?.group
      if (group === undefined || group === name) continue
      const known = arrived.get(group)
      if (known) known.push([member, move])
      else arrived.set(group, [[member, move]])
    }
  return arrived
}

function withArrived(record: GroupRecord, arrived: Arrived | undefined): GroupRecord {
  return arrived ? { ...record, moves: new Map([...arrived, ...record.moves]) } : record
}

function notLater(record: GroupRecord, now: number): GroupRecord {
  const { at, wellSince, lastMove, moves } = record
  const isLater = (time: number | undefined) => time !== undefined && time > now
  const isWrong = [at.since, wellSince, lastMove].some(isLater)
  if (!isWrong && ![...moves.values()].some((move) => isLater(move.at))) return record
  const known = (move: StartedMove) => ({ ...move, at: Math.min(move.at, now) })
  return {
    ...record,
    at: { ...at, since: Math.min(at.since, now) },
    ...(wellSince !== undefined && { wellSince: Math.min(wellSince, now) }),
    ...(lastMove !== undefined && { lastMove: Math.min(lastMove, now) }),
    moves: new Map([...moves].map(([name, move]) => [name, known(move)])),
  }
}

/** A record with moves that start now. */
export function withMoves(record: GroupRecord, moves: readonly Move[], now: number): GroupRecord {
  if (moves.length === 0) return record
  const started = moves
    .filter(({ kind }) => kind !== 'sleep')
    .map((move): [string, StartedMove] => [
      move.member,
      startedMove(move, record.moves.get(move.member), now),
    ])
  const arePaced = moves.some(({ kind }) => isPaced(kind))
  return { ...record, moves: new Map([...record.moves, ...started]), ...(arePaced && { lastMove: now }) }
}

/**
 * A move of a member that is not well since an earlier one goes on with that: the first of them made it unavailable,
 * and a change of its own does not undo what the group's did.
 */
function startedMove(
  { kind, wasUnavailable }: Move,
  before: StartedMove | undefined,
  at: number,
): StartedMove {
  if (before === undefined) return { kind, at, wasUnavailable }
  return {
    kind: kind === 'own' ? before.kind : kind,
    at,
    wasUnavailable: wasUnavailable && before.wasUnavailable,
  }
}
