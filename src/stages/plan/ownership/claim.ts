import { type Fault, fault } from '../../../model/fault.ts'
import type { ResolvedObject } from '../../../model/installation.ts'
import { textIn } from '../../../model/json.ts'
import { ADOPT_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../model/labels.ts'
import {
  controllerOf,
  describeKey,
  hasController,
  idOf,
  type KubernetesObject,
} from '../../../model/object.ts'
import { appliedOf, isCopy } from '../applied.ts'
import type { Owner } from '../owner.ts'

type RefusalCode = 'not-owned' | 'owned-elsewhere' | 'owned-by-another' | 'controlled'

/** What an installation may do with an object that is there already. */
export type Claim =
  | { readonly kind: 'ours' }
  /** The installation that has it no longer declares it, and this one does. */
  | { readonly kind: 'handed-over' }
  /** Git asks for it: somebody else has it. */
  | { readonly kind: 'adopted' }
  | { readonly kind: 'refused'; readonly fault: Fault }

/**
 * Who has the live object, by its labels. What another Repository has, or what another object controls,
 * is never taken: both would fight about it. `declarers` are the ids of the Repository's other
 * installations that declare it, too. An object whose labels were taken off is still known by
 * Reeve's annotation, unless a controller made it as a copy. A copy with the mark of another object is
 * nobody's, whatever its labels say.
 * @param adopts whether a person asks for it, whatever Git says
 */
export function claimOf(
  resolved: ResolvedObject,
  owner: Owner,
  live: KubernetesObject,
  declarers: ReadonlySet<string>,
  adopts = false,
): Claim {
  const repository = live.metadata.labels?.[REPOSITORY_LABEL]
  const isTheirs = repository !== undefined && repository !== owner.repository
  if (isTheirs)
    return refused(resolved, 'owned-by-another', `${describeKey(resolved.key)} belongs to ${repository}`)
  const isCopied = isCopy(live, owner.repository)
  const claim = isCopied ? undefined : ownClaim(resolved, owner, live, declarers)
  if (claim) return claim
  const isWanted = adopts || resolved.object.metadata.annotations?.[ADOPT_ANNOTATION] === 'true'
  const name = describeKey(resolved.key)
  if (!isWanted)
    return refused(resolved, 'not-owned', isCopied ? `${name} has the mark of another object` : name)
  const controller = controllerOf(live)
  if (controller === undefined) return { kind: 'adopted' }
  const details = `${name}, by ${textIn(controller.kind)} ${textIn(controller.name)}`
  return refused(resolved, 'controlled', details)
}

/** Of an object that no other Repository has; undefined where this one does not have it either. */
function ownClaim(
  resolved: ResolvedObject,
  owner: Owner,
  live: KubernetesObject,
  declarers: ReadonlySet<string>,
): Claim | undefined {
  const { [REPOSITORY_LABEL]: repository, [INSTALLATION_LABEL]: installation } = live.metadata.labels ?? {}
  if (repository === undefined || installation === undefined)
    return appliedOf(live) && !hasController(live) ? { kind: 'ours' } : undefined
  if (installation === owner.installationId) return { kind: 'ours' }
  return declarers.has(installation) ? ownedElsewhere(resolved, installation) : { kind: 'handed-over' }
}

/** Where no object is there yet, of several installations that declare it the first by id creates it. */
export function claimOfNew(resolved: ResolvedObject, owner: Owner, declarers: ReadonlySet<string>): Claim {
  const first = [...declarers].sort().find((id) => id < owner.installationId)
  return first === undefined ? { kind: 'ours' } : ownedElsewhere(resolved, first)
}

function ownedElsewhere(resolved: ResolvedObject, installation: string): Claim {
  return refused(resolved, 'owned-elsewhere', `${describeKey(resolved.key)} is in ${installation}`)
}

function refused(resolved: ResolvedObject, code: RefusalCode, details: string): Claim {
  const { file, line } = resolved.origin
  const place = { location: { file, line }, object: idOf(resolved.key) }
  return { kind: 'refused', fault: fault(code, details, place) }
}
