/** For each installation, those that it depends on. All are ids. */
export type Dependencies = ReadonlyMap<string, readonly string[]>

/**
 * Installations that depend on one, also by way of others, and so are removed before it. Those that it depends
 * on in turn are none of them: commits of different times can say both.
 */
export function dependentsOf(id: string, dependencies: Dependencies): ReadonlySet<string> {
  const needed = reachableFrom(id, dependencies)
  const others = [...dependencies.keys()].filter((other) => other !== id && !needed.has(other))
  return new Set(others.filter((other) => reachableFrom(other, dependencies).has(id)))
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
