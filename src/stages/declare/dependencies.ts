import { suggestionsFrom } from '../../model/did-you-mean.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { Dependency, Installation } from '../../model/installation.ts'
import { REDACTED } from '../../model/secrets.ts'
import { cyclesIn } from './cycles.ts'

type Dependent = Pick<Installation, 'name' | 'dependsOn'>
type Dependents = ReadonlyMap<string, Dependent>

/** Maximum number of installations that depend on each other of which each has its shortest cycle searched. */
const MOST_SEARCHED = 12
/** Number of steps shown of a longer cycle. */
const STEPS_SHOWN = 4
/** Maximum number of cycles told of one installation. */
const MOST_CYCLES = 10

/**
 * Faults of the dependencies between installations, by the name of the dependent installation: unknown names,
 * and cycles, which are reported for each installation in them. Takes time linear to the dependencies.
 */
export function dependencyFaults(installations: Dependents): ReadonlyMap<string, readonly Fault[]> {
  const cycles = cyclesOf(installations)
  const suggest = suggestionsFrom(installations.keys())
  const found = [...installations.values()].map(({ name, dependsOn }): [string, readonly Fault[]] => {
    const unknown = dependsOn.filter((dependency) => !installations.has(dependency.name))
    const back = dependsOn.filter((dependency) => cycles.has(name, dependency.name)).slice(0, MOST_CYCLES)
    const faults = [
      ...unknown.map(({ name: other, location, isSealed }) =>
        fault('unknown-dependency', isSealed ? REDACTED : `${other}${suggest(other)}`, { location }),
      ),
      ...back.map((dependency) => cycleFault(name, dependency, cycles)),
    ]
    return [name, faults.sort((a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0))]
  })
  return new Map(found.filter(([, faults]) => faults.length > 0))
}

interface Cycles {
  /** Whether a dependency is part of a cycle. */
  has(from: string, to: string): boolean
  /** The dependencies of an installation on others of its cycles. */
  inside(name: string): readonly string[]
  /** Number of installations that one depends on and that depend on it. */
  size(name: string): number
}

function cyclesOf(all: Dependents): Cycles {
  const namesOf = (name: string) => (all.get(name)?.dependsOn ?? []).map((dependency) => dependency.name)
  const depending = [...all.values()].filter(({ dependsOn }) => dependsOn.length > 0)
  const numbers = cyclesIn(
    depending.map(({ name }) => name),
    namesOf,
  )
  const sizes = new Map<number | undefined, number>()
  for (const number of numbers.values()) sizes.set(number, (sizes.get(number) ?? 0) + 1)
  const has = (from: string, to: string) => numbers.has(from) && numbers.get(from) === numbers.get(to)
  return {
    has,
    inside: (name) => namesOf(name).filter((other) => has(name, other)),
    size: (name) => sizes.get(numbers.get(name)) ?? 0,
  }
}

/** A cycle of few installations is the shortest one; of many, its first steps, which always lead back. */
function cycleFault(name: string, { name: other, location }: Dependency, cycles: Cycles): Fault {
  const size = cycles.size(name)
  const details =
    size <= MOST_SEARCHED
      ? [name, ...pathTo(name, other, cycles)].join(' → ')
      : `${[name, ...stepsFrom(other, name, cycles)].join(' → ')} → … → ${name} (${size} installations in all)`
  return fault('dependency-cycle', details, { location })
}

/** The shortest way along dependencies from one installation to another, both included. */
function pathTo(goal: string, from: string, { inside }: Cycles): readonly string[] {
  const before = new Map<string, string | undefined>([[from, undefined]])
  for (const name of before.keys()) {
    if (name === goal) break
    for (const next of inside(name)) if (!before.has(next)) before.set(next, name)
  }
  const way: string[] = []
  for (let name: string | undefined = goal; name !== undefined; name = before.get(name)) way.unshift(name)
  return way
}

/** A few steps along dependencies, none of them to the goal. */
function stepsFrom(start: string, goal: string, { inside }: Cycles): readonly string[] {
  const way = [start]
  for (let at = start; way.length < STEPS_SHOWN; ) {
    const next = inside(at).find((name) => name !== goal && !way.includes(name))
    if (next === undefined) break
    way.push(next)
    at = next
  }
  return way
}
