import { didYouMean } from '../../model/did-you-mean.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { DeclaredTree, DraftedInstallation } from '../declare/declare-tree.ts'
import type { PlacedGroup } from '../declare/fleet/directory.ts'
import type { Group } from '../declare/fleet/groups.ts'

/**
 * The document of a group that has a rollout of its own.
 * @throws FaultError unknown-group, no-rollout, and the faults of a document that cannot be read
 */
export function ruledGroup(tree: DeclaredTree, name: string): PlacedGroup {
  const group = tree.groups.get(name)
  if (group === undefined)
    throw new FaultError(fault('unknown-group', `${name}${didYouMean(name, [...tree.groups.keys()])}`))
  const placed = group.chain.find(({ document }) => document.name === name)
  if (placed === undefined) throw new FaultError(group.faults[0] ?? fault('unknown-group', name))
  if (placed.document.rollout !== undefined) return placed
  const ruling = rulingGroup(group)
  const told = ruling === undefined ? name : `${name}; its members follow that of ${ruling}`
  throw new FaultError(fault('no-rollout', told, { location: placed.place('') }))
}

/** Name of the innermost group around, or itself, that has a rollout; undefined where none has. */
export function rulingGroup({ chain }: Group): string | undefined {
  return chain.findLast(({ document }) => document.rollout !== undefined)?.document.name
}

/** Whether an installation follows the rollout of a group. */
export function isRuledBy({ member }: Pick<DraftedInstallation, 'member'>, group: string): boolean {
  return 'group' in member && member.group !== undefined && rulingGroup(member.group) === group
}
