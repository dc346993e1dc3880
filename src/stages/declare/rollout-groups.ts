import type { SaidAccount } from '../../model/declaration.ts'
import type { Location } from '../../model/fault.ts'
import type { Rollout } from '../../model/rollout.ts'
import type { DraftedInstallation } from './declare-tree.ts'
import type { Group, Groups } from './fleet/groups.ts'
import { groupIn } from './fleet/membership.ts'
import { saidAccount } from './fleet/said-account.ts'

/** A group that says how its members move. */
export interface RolloutGroup {
  readonly name: string
  readonly rollout: Rollout
  /** Groups around it that say so, too, the innermost first. */
  readonly around: readonly string[]
  /** The service account that it, or a group around it, names. */
  readonly account?: SaidAccount | undefined
  /** Of its rollout. */
  readonly location: Location
}

/** The groups that say how their members move, by name; those with faults move nothing. */
export function rolloutGroups(groups: Groups): ReadonlyMap<string, RolloutGroup> {
  const found = [...groups.values()].flatMap((group): [string, RolloutGroup][] => {
    const [own, ...around] = saying(group)
    if (own === undefined || own.name !== group.name || group.faults.length > 0) return []
    const { account } = saidAccount([group], undefined)
    return [[group.name, { ...own, around: around.map(({ name }) => name), account }]]
  })
  return new Map(found)
}

/** Name of the group whose rollout an installation follows; undefined where it follows none. */
export function rulingGroup({ member }: Pick<DraftedInstallation, 'member'>): string | undefined {
  const group = groupIn(member)
  return group && rolloutGroupOf(group)
}

/** Name of the innermost group of a chain that says how its members move; undefined where none does. */
export function rolloutGroupOf(group: Group): string | undefined {
  return saying(group)[0]?.name
}

/** The innermost first. */
function saying({ chain }: Group): readonly Pick<RolloutGroup, 'name' | 'rollout' | 'location'>[] {
  return chain
    .toReversed()
    .flatMap(({ document: { name, rollout }, place }) =>
      rollout ? [{ name, rollout, location: place('/spec/rollout') }] : [],
    )
}
