import type { GroupView } from './rollout-view.ts'

/** How groups wait for one another. */
export interface Rings {
  /** The longest time, in ms, that a group which follows wants this one to prove a revision; absent where none does. */
  readonly soaks: ReadonlyMap<string, number>
  /** Groups that some group follows as well as this one. */
  readonly siblings: ReadonlyMap<string, ReadonlySet<string>>
}

export function ringsOf(groups: Iterable<GroupView>): Rings {
  const soaks = new Map<string, number>()
  const siblings = new Map<string, Set<string>>()
  for (const { rollout } of groups) {
    for (const { group, soak } of rollout.after) {
      soaks.set(group, Math.max(soak, soaks.get(group) ?? 0))
      const others = siblings.get(group) ?? new Set()
      for (const other of rollout.after) if (other.group !== group) others.add(other.group)
      siblings.set(group, others)
    }
  }
  return { soaks, siblings }
}
