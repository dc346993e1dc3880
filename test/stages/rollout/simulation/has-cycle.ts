import { groupsAround, type SimulatedGroup } from './branch.ts'

type Groups = ReadonlyMap<string, SimulatedGroup>

/** Whether some group comes after itself: a group comes after those inside the ones that it follows, too. */
export function hasCycle(groups: Groups): boolean {
  return [...groups.keys()].some((name) => comesAfter(name, name, groups, new Set()))
}

function comesAfter(name: string, wanted: string, groups: Groups, seen: Set<string>): boolean {
  if (seen.has(name)) return false
  seen.add(name)
  const rings = ringsBefore(name, groups)
  return rings.includes(wanted) || rings.some((ring) => comesAfter(ring, wanted, groups, seen))
}

/** Names of the groups that one follows, and of those inside them. */
export function ringsBefore(name: string, groups: Groups): readonly string[] {
  const after = new Set(groups.get(name)?.rollout.after.map(({ group }) => group))
  return [...groups.keys()].filter((each) =>
    [each, ...groupsAround(each, groups)].some((around) => after.has(around)),
  )
}
