import type { Rollout } from '../../model/rollout.ts'

type Ringed = { readonly name: string; readonly rollout: Pick<Rollout, 'after'> }

/**
 * Groups so that each comes after those that it follows, those that belong together side by side, else by name. What
 * comes round to itself is cut anywhere.
 */
export function ringOrder<Group extends Ringed>(groups: readonly Group[]): readonly Group[] {
  const byName = new Map(groups.toSorted(byNames).map((group) => [group.name, group]))
  const followers = Map.groupBy(
    [...byName.values()].flatMap((group) => group.rollout.after.map((ring) => ({ ring: ring.group, group }))),
    ({ ring }) => ring,
  )
  const depths = depthsOf(byName)
  const depthOf = ({ name }: Ringed) => depths.get(name) ?? 0
  const seen = new Set<string>()
  return [...byName.values()].flatMap((first) => {
    const together: Group[] = []
    const pending = [first]
    for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
      if (seen.has(group.name)) continue
      seen.add(group.name)
      together.push(group)
      pending.push(...(followers.get(group.name) ?? []).map((each) => each.group))
      pending.push(...group.rollout.after.flatMap((ring) => byName.get(ring.group) ?? []))
    }
    return together.sort((a, b) => depthOf(a) - depthOf(b) || byNames(a, b))
  })
}

/** How many groups are before each, at most. */
function depthsOf(groups: ReadonlyMap<string, Ringed>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  for (let hasChanged = true, turn = 0; hasChanged && turn <= groups.size; turn += 1) {
    hasChanged = false
    for (const { name, rollout } of groups.values()) {
      const before = rollout.after.filter(({ group }) => groups.has(group) && group !== name)
      const depth = Math.max(0, ...before.map(({ group }) => (depths.get(group) ?? 0) + 1))
      if (depth === (depths.get(name) ?? 0)) continue
      depths.set(name, depth)
      hasChanged = true
    }
  }
  return depths
}

function byNames(a: Ringed, b: Ringed): number {
  return a.name < b.name ? -1 : Number(a.name > b.name)
}
