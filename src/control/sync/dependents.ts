/** For each installation that depends on others, their ids. */
export type Dependencies = ReadonlyMap<string, readonly string[]>

/**
 * Installations that depend on one, also by way of others, and so are removed before it. Those that it depends
 * on in turn are none of them: commits of different times can say both.
 */
export function dependentsOf(id: string, dependencies: Dependencies): ReadonlySet<string> {
  if (dependencies.size === 0) return new Set()
  const dependents = new Map<string, string[]>()
  for (const [dependent, needed] of dependencies)
    for (const each of needed) {
      const known = dependents.get(each)
      if (known === undefined) dependents.set(each, [dependent])
      else known.push(dependent)
    }
  const needed = reachableFrom(id, dependencies)
  return new Set([...reachableFrom(id, dependents)].filter((other) => other !== id && !needed.has(other)))
}

/** Everything that an installation depends on. */
export function reachableFrom(id: string, dependencies: Dependencies): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [id]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of dependencies.get(next) ?? []) {
      if (reached.has(other)) continue
      reached.add(other)
      open.push(other)
    }
  }
  return reached
}
