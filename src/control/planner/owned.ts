import { PRUNE_ANNOTATION, REPOSITORY_LABEL } from '../../model/labels.ts'
import { hasController, type LiveObject } from '../../model/object.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { isApplied } from '../../stages/plan/applied.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Proofs } from '../gates/proofs.ts'

/** The inventory: labelled objects that Reeve applied. */
export function ownedBy(installation: string, cache: LiveCache): readonly LiveObject[] {
  return [...cache.byInstallation(installation)].filter(isApplied)
}

/** Whether the Repository still has an object, and nobody said that it is to stay. */
export function isOwnedBy(repository: string, object: LiveObject): boolean {
  const { labels } = object.metadata
  return (
    labels?.[REPOSITORY_LABEL] === repository &&
    isApplied(object) &&
    !hasController(object) &&
    !isKept(object)
  )
}

/** Whether an object that Git no longer declares goes, or may go: Reeve made it, as far as is known. */
export function isGoing(object: LiveObject, proofs: Pick<Proofs, 'of'>): boolean {
  return !isKept(object) && !hasController(object) && proofs.of(object) !== 'unproven'
}

/** Never deleted, whatever Git says: nobody waits for it to go. */
function isKept(object: LiveObject): boolean {
  return object.metadata.annotations?.[PRUNE_ANNOTATION] === 'false'
}

/**
 * Installations that Git no longer declares but that left objects behind: their ids by name.
 *
 * @param recorded names that the status branch knows; one that it does not is called by its id
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
