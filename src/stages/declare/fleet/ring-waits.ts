import type { Ring } from '../../../model/rollout.ts'
import type { Wait } from '../waits.ts'
import { documentOf, type Group, type Groups } from './groups.ts'

/** What a group does, as what waits and is waited for: it takes a revision, and proves it. */
export const taking = (group: string) => `take ${group}`
export const proving = (group: string) => `prove ${group}`

/** The groups that a group comes after. */
export function ringsOf(group: Group): readonly Ring[] {
  return documentOf(group)?.document.rollout?.after ?? []
}

/** Whether any group comes after another one. */
export function haveRings(groups: Groups): boolean {
  return groups.values().some((group) => ringsOf(group).length > 0)
}

export function ringWait(name: string, { group }: Ring): Wait {
  return { from: taking(name), to: proving(group), why: () => `${name} comes after ${group}` }
}

/**
 * What groups wait for besides their rings. Members of a group inside another one are members of that, too: the outer
 * group has proven a revision when all inside have, and what is inside takes none before it may.
 */
export function nestingWaits(groups: Groups): readonly Wait[] {
  return [...groups.values()].flatMap((group): readonly Wait[] => {
    const { name, chain } = group
    const own = { from: proving(name), to: taking(name) }
    const outer = documentOf(group) && chain.at(-2)?.document.name
    if (outer === undefined) return [own]
    const why = () => `${name} is in ${outer}`
    return [
      own,
      { from: taking(name), to: taking(outer), why },
      { from: proving(outer), to: proving(name), why },
    ]
  })
}
