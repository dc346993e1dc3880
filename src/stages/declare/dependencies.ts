import { suggestionsFrom } from '../../model/did-you-mean.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { Dependency, Installation } from '../../model/installation.ts'

type Dependent = Pick<Installation, 'name' | 'dependsOn'>
type Dependents = ReadonlyMap<string, Dependent>

/**
 * Faults of the dependencies between installations, by the name of the dependent installation: unknown names,
 * and cycles, which are reported for each installation in them.
 */
export function dependencyFaults(installations: Dependents): ReadonlyMap<string, readonly Fault[]> {
  const context = {
    all: installations,
    tangled: withoutFree(installations),
    suggest: suggestionsFrom(installations.keys()),
  }
  const found = [...installations.values()].map(({ name, dependsOn }): [string, readonly Fault[]] => [
    name,
    dependsOn.flatMap((dependency) => problemsOf(name, dependency, context)),
  ])
  return new Map(found.filter(([, faults]) => faults.length > 0))
}

interface Context {
  readonly all: Dependents
  /** Those in a cycle, or that depend on one. */
  readonly tangled: Dependents
  readonly suggest: (name: string) => string
}

function problemsOf(
  name: string,
  { name: other, location }: Dependency,
  { all, tangled, suggest }: Context,
): readonly Fault[] {
  if (!all.has(other)) return [fault('unknown-dependency', `${other}${suggest(other)}`, { location })]
  const back = tangled.has(name) ? pathTo(name, other, tangled) : undefined
  return back ? [fault('dependency-cycle', [name, ...back].join(' → '), { location })] : []
}

/** The installations that are in a cycle or depend on one: all others become free at some point (Kahn). */
function withoutFree(all: Dependents): Dependents {
  const left = new Map([...all].filter(([, { dependsOn }]) => dependsOn.length > 0))
  const isFree = ({ dependsOn }: Dependent) => !dependsOn.some(({ name }) => left.has(name))
  for (let free = [...left.values()].filter(isFree); free.length > 0; ) {
    for (const { name } of free) left.delete(name)
    free = [...left.values()].filter(isFree)
  }
  return left
}

/** The shortest path along dependencies from one installation to another, both included. */
function pathTo(goal: string, from: string, all: Dependents): readonly string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]])
  for (const name of before.keys()) {
    if (name === goal) return wayTo(goal, before)
    for (const { name: next } of all.get(name)?.dependsOn ?? []) if (!before.has(next)) before.set(next, name)
  }
  return undefined
}

function wayTo(goal: string, before: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = []
  for (let name: string | undefined = goal; name !== undefined; name = before.get(name)) way.unshift(name)
  return way
}
