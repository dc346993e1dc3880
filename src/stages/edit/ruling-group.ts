import { didYouMean } from '../../model/did-you-mean.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { DeclaredTree } from '../declare/declare-tree.ts'
import type { PlacedGroup } from '../declare/fleet/directory.ts'
import { documentOf } from '../declare/fleet/groups.ts'
import { rolloutGroupOf } from '../declare/rollout-groups.ts'

/**
 * The document of a group that has a rollout of its own.
 * @throws FaultError unknown-group, no-rollout, and the faults of a document that cannot be read
 */
export function ruledGroup(tree: DeclaredTree, name: string): PlacedGroup {
  const group = tree.groups.get(name)
  if (group === undefined)
    throw new FaultError(fault('unknown-group', `${name}${didYouMean(name, [...tree.groups.keys()])}`))
  const placed = documentOf(group)
  if (placed === undefined) throw new FaultError(group.faults[0] ?? fault('unknown-group', name))
  if (placed.document.rollout !== undefined) return placed
  const ruling = rolloutGroupOf(group)
  const told = ruling === undefined ? name : `${name}; its members follow that of ${ruling}`
  throw new FaultError(fault('no-rollout', told, { location: placed.place('') }))
}
