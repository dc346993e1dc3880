import { copiedId } from '../../model/copy.ts'
import {
  hasController,
  idOf,
  isBeingDeleted,
  keyOf,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
  parseId,
} from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { isApplied } from '../../stages/plan/applied.ts'
import { generatedId } from '../../stages/plan/generated-name.ts'
import {
  type DeletionScope,
  type ObjectIds,
  REPOSITORY_LIMIT_FROM,
  undeclared,
} from '../../stages/plan/prune.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Proofs } from '../gates/proofs.ts'
import { ownedBy } from './owned.ts'

/** Objects of an installation, and counts of the whole Repository, if anything is no longer declared. */
export interface Inventory extends Pick<DeletionScope, 'repository' | 'isRenewed'> {
  /** Live objects with its label that are declared or that Reeve made. */
  readonly owned: readonly LiveObject[]
  /** Objects marked as the installation's without proof that Reeve made them: they count nowhere. */
  readonly strangers: readonly LiveObject[]
}

/**
 * Objects that count for an installation: those declared, and those that Reeve made. Undefined if all are
 * declared.
 * @param id value of the installation's label
 */
export async function takeInventory(
  id: string,
  claims: DesiredState['claims'],
  { view: { cache }, proofs }: { readonly view: ClusterView; readonly proofs: Proofs },
): Promise<Inventory | undefined> {
  const owned = ownedBy(id, cache)
  const unclaimed = owned.filter((live) => isUnclaimed(live, claims))
  if (unclaimed.length === 0) return undefined
  const all = [...cache.all()].filter(isApplied)
  const unclaimedOfAll = all.filter((live) => isUnclaimed(live, claims))
  // A few of them stay below every limit of the Repository, whoever made them.
  await proofs.prove(unclaimedOfAll.length > REPOSITORY_LIMIT_FROM ? unclaimedOfAll : unclaimed)
  const counts = (live: LiveObject) =>
    claims.has(idOf(keyOf(live))) || (!hasController(live) && proofs.of(live) !== 'unproven')
  const counted = all.filter(counts)
  const going = undeclared(counted, claims).map(keyOf)
  const isRenewed = renewal(going, claims)
  return {
    owned: owned.filter(counts),
    repository: { objects: counted.length, deletions: going.filter((key) => !isRenewed(key)).length },
    isRenewed,
    strangers: unclaimed.filter((live) => proofs.of(live) === 'unproven' && !isBeingDeleted(live)),
  }
}

/** The id of an object without what its content puts into its name; undefined where that is nothing. */
function nameless(key: ObjectKey): ObjectId | undefined {
  const copied = copiedId(key)
  return copied === undefined ? generatedId(key) : (generatedId(parseId(copied)) ?? copied)
}

/** Tells which of these go only because Git declares other content, and so another generated name. */
function renewal(going: readonly ObjectKey[], claims: DesiredState['claims']): (key: ObjectKey) => boolean {
  const generated = new Set(going.flatMap((key) => nameless(key) ?? []))
  if (generated.size === 0) return () => false
  const renewed = new Set([...claims.keys()].flatMap((id) => nameless(parseId(id)) ?? []))
  return (key) => renewed.has(nameless(key) ?? '')
}

/** Whether an object is undeclared and has no controller: these copy labels, and some copy annotations. */
function isUnclaimed(live: LiveObject, claims: ObjectIds): boolean {
  return !claims.has(idOf(keyOf(live))) && !hasController(live)
}
