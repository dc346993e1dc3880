import { keepMarkOf } from '../../model/keep-mark.ts'
import { REPOSITORY_LABEL } from '../../model/labels.ts'
import { hasController, type LiveObject } from '../../model/object.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { isApplied } from '../../stages/plan/applied.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Proofs } from '../gates/proofs.ts'

/** The inventory: labelled objects that Reeve applied. */
export function ownedBy(
  installation: string,
  cache: Pick<LiveCache, 'byInstallation'>,
): readonly LiveObject[] {
  return [...cache.byInstallation(installation)].filter(isApplied)
}

/** Whether the Repository has an object, and no annotation keeps it from being deleted. */
export function isOwnedBy(repository: string, object: LiveObject): boolean {
  const { labels } = object.metadata
  return (
    labels?.[REPOSITORY_LABEL] === repository &&
    isApplied(object) &&
    !hasController(object) &&
    !isKept(object)
  )
}

/** Whether an undeclared object is or may be pruned: as far as is known, Reeve made it. */
export function isGoing(object: LiveObject, proofs: Pick<Proofs, 'of'>): boolean {
  return !isKept(object) && !hasController(object) && proofs.of(object) !== 'unproven'
}

/** Whether an object is never deleted, and so not waited for. */
function isKept(object: LiveObject): boolean {
  return keepMarkOf(object) !== undefined
}

/**
 * Ids by name of undeclared installations that left objects behind.
 *
 * @param recorded names on the status branch; an installation that is not recorded goes by its id
 */
export function leftBehind(
  cache: LiveCache,
  { names }: DesiredState,
  recorded: readonly string[],
  proofs: Pick<Proofs, 'of'>,
): ReadonlyMap<string, string> {
  const ids = [...cache.installations()].filter(
    (id) => !names.has(id) && ownedBy(id, cache).some((object) => isGoing(object, proofs)),
  )
  if (ids.length === 0) return new Map()
  const byId = new Map(recorded.map((name) => [installationId(name), name]))
  return new Map(ids.map((id) => [byId.get(id) ?? id, id]))
}
