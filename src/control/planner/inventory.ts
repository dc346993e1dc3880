import {
  hasController,
  idOf,
  isBeingDeleted,
  keyOf,
  type LiveObject,
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

/** What there is of an installation and of the whole Repository, where something is no longer declared. */
export interface Inventory extends Pick<DeletionScope, 'repository' | 'isRenewed'> {
  /** The live objects that carry its label: those that are declared, and those that Reeve made. */
  readonly owned: readonly LiveObject[]
  /** Marked as the installation's, without proof that Reeve made them: they count nowhere. */
  readonly strangers: readonly LiveObject[]
}

/**
 * What counts of an installation: what is declared, and what Reeve made. Undefined where all is declared.
 * @param id the value of the installation's label
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
  // Few of them are below every limit of the Repository, whoever made them.
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

/** Which of these go only because Git declares them with other content, and so under another generated name. */
function renewal(going: readonly ObjectKey[], claims: DesiredState['claims']): (key: ObjectKey) => boolean {
  const generated = new Set(going.flatMap((key) => generatedId(key) ?? []))
  if (generated.size === 0) return () => false
  const renewed = new Set([...claims.keys()].flatMap((id) => generatedId(parseId(id)) ?? []))
  return (key) => renewed.has(generatedId(key) ?? '')
}

/** Controllers copy labels, and some of them annotations, to what they make. */
function isUnclaimed(live: LiveObject, claims: ObjectIds): boolean {
  return !claims.has(idOf(keyOf(live))) && !hasController(live)
}
