import type { Ring } from '../../model/rollout.ts'
import type { GroupView } from './rollout-view.ts'

type Nested = Pick<GroupView, 'name' | 'rollout' | 'around'>

/**
 * The groups, each of which comes after all groups inside those that it comes after: a group's members are those of
 * the groups inside it, too, and these prove what they inherit themselves.
 */
export function withRingsInside<G extends Nested>(groups: ReadonlyMap<string, G>): ReadonlyMap<string, G> {
  const inside = insideOf(groups)
  if (inside.size === 0) return groups
  return new Map([...groups].map(([name, group]) => [name, withInside(group, inside)]))
}

/** The names of groups inside others, by the name of the outer one. */
function insideOf(groups: ReadonlyMap<string, Nested>): ReadonlyMap<string, readonly string[]> {
  const followed = new Set(
    [...groups.values()].flatMap(({ rollout }) => rollout.after.map(({ group }) => group)),
  )
  const pairs = [...groups.values()].flatMap(({ name, around }) =>
    around.filter((outer) => followed.has(outer)).map((outer) => ({ name, outer })),
  )
  const byOuter = Map.groupBy(pairs, ({ outer }) => outer)
  return new Map([...byOuter].map(([outer, all]) => [outer, all.map(({ name }) => name)]))
}

function withInside<G extends Nested>(group: G, inside: ReadonlyMap<string, readonly string[]>): G {
  const { after } = group.rollout
  if (!after.some((ring) => inside.has(ring.group))) return group
  const soaks = new Map<string, number>()
  for (const { group: ring, soak } of after)
    for (const name of [ring, ...(inside.get(ring) ?? [])])
      soaks.set(name, Math.max(soak, soaks.get(name) ?? 0))
  const rings = [...soaks].map(([name, soak]): Ring => ({ group: name, soak }))
  return { ...group, rollout: { ...group.rollout, after: rings } }
}
