import { type Fault, fault } from '../../model/fault.ts'
import type { Dependency, Installation } from '../../model/installation.ts'
import { REDACTED } from '../../model/secrets.ts'
import { cyclesIn } from './cycles.ts'
import { documentOf, type Groups } from './fleet/groups.ts'
import { ringRounds } from './fleet/ring-faults.ts'
import { haveRings, nestingWaits, proving, ringsOf, ringWait, taking } from './fleet/ring-waits.ts'
import { roundsIn, type Wait } from './waits.ts'

type Member = Pick<Installation, 'name' | 'dependsOn' | 'groups' | 'suspended'>

/** Maximum number of such dependencies told of one installation. */
const MOST_CYCLES = 10

/**
 * Faults of dependencies that lead round by the order of groups, by the name of the dependent installation: what it
 * depends on is in a group that comes after its own. Cycles of dependencies alone are told as such, and those of
 * groups alone at the groups.
 *
 * @param isPinned whether an installation follows no rollout
 */
export function rolloutCycleFaults(
  installations: ReadonlyMap<string, Member>,
  groups: Groups,
  isPinned: (name: string) => boolean,
): ReadonlyMap<string, readonly Fault[]> {
  const dependent = [...installations.values()].filter(({ dependsOn }) => dependsOn.length > 0)
  if (dependent.length === 0 || !haveRings(groups)) return new Map()
  const involved = new Set(
    dependent.flatMap(({ name, dependsOn }) => [name, ...dependsOn.map((each) => each.name)]),
  )
  const members = [...involved].flatMap((name) => (isPinned(name) ? [] : (installations.get(name) ?? [])))
  const roundOf = roundsIn([
    ...ringWaits(groups),
    ...nestingWaits(groups),
    ...members.flatMap((member) => memberWaits(member, groups)),
    ...dependent.flatMap(({ name, dependsOn }) => dependsOn.map((each) => dependencyWait(name, each))),
  ])
  const isAlone = cyclesAlone(dependent)
  const found = dependent.map(({ name, dependsOn }): [string, readonly Fault[]] => [
    name,
    dependsOn.filter((each) => !isAlone(name, each.name)).flatMap((each) => cycleFault(name, each, roundOf)),
  ])
  return new Map(
    found.flatMap(([name, faults]) => (faults.length === 0 ? [] : [[name, faults.slice(0, MOST_CYCLES)]])),
  )
}

/** Rings that are no cycles themselves. */
function ringWaits(groups: Groups): readonly Wait[] {
  const roundOf = ringRounds(groups)
  return [...groups.values()]
    .flatMap((group) => ringsOf(group).map((ring) => ringWait(group.name, ring)))
    .filter((wait) => roundOf(wait) === undefined)
}

/** A member moves when its group takes a revision, which is proven when the member has moved. */
function memberWaits({ name, groups: names = [], suspended }: Member, groups: Groups): readonly Wait[] {
  const rolled = names.find((each) => rolloutOf(each, groups) !== undefined)
  if (rolled === undefined || suspended || rolloutOf(rolled, groups)?.skip.includes(name)) return []
  const why = () => `${name} is in ${rolled}`
  return [
    { from: moving(name), to: taking(rolled), why },
    { from: proving(rolled), to: moving(name), why },
  ]
}

function rolloutOf(name: string, groups: Groups) {
  const group = groups.get(name)
  return group && documentOf(group)?.document.rollout
}

const moving = (installation: string) => `move ${installation}`

function dependencyWait(name: string, { name: other }: Dependency): Wait {
  return { from: moving(name), to: moving(other), why: () => `${name} depends on ${other}` }
}

/** Whether a dependency is part of a cycle of dependencies alone. */
function cyclesAlone(dependent: readonly Member[]): (from: string, to: string) => boolean {
  const byName = new Map(dependent.map((each) => [each.name, each]))
  const numbers = cyclesIn(
    byName.keys(),
    (name) => byName.get(name)?.dependsOn.map((each) => each.name) ?? [],
  )
  return (from, to) => numbers.has(from) && numbers.get(from) === numbers.get(to)
}

function cycleFault(
  name: string,
  dependency: Dependency,
  roundOf: (wait: Wait) => string | undefined,
): readonly Fault[] {
  const round = roundOf(dependencyWait(name, dependency))
  if (round === undefined) return []
  const { location, isSealed } = dependency
  return [fault('rollout-cycle', isSealed ? REDACTED : round, { location })]
}
