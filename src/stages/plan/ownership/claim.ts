import { type Fault, fault } from '../../../model/fault.ts'
import { describeOwner } from '../../../model/former-owner.ts'
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
import { formerOwners } from './former-owners.ts'

type RefusalCode = 'not-owned' | 'owned-elsewhere' | 'owned-by-another' | 'controlled'

/** How an installation may treat an existing object. */
export type Claim =
  | { readonly kind: 'ours' }
  /** Its installation no longer declares it, and this one does. */
  | { readonly kind: 'handed-over' }
  /** Git or a person asks to adopt it from another owner. */
  | { readonly kind: 'adopted' }
  | { readonly kind: 'refused'; readonly fault: Fault }

/**
 * Decides whether an installation may write a live object, by its labels. Objects of another Repository, or
 * controlled by another object, are never taken: both would fight over them. `declarers` are the ids of the
 * Repository's other installations that declare the object, too. Without its labels, an object is still
 * recognised by Reeve's annotation, unless it has a controller, which may have copied it. A copy with the
 * mark of another object belongs to none, whatever its labels say.
 * @param adopts whether a person asks for the adoption, whatever Git says
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
  if (!isWanted) return refused(resolved, 'not-owned', `${name}${belonging(live, isCopied)}`)
  const controller = controllerOf(live)
  if (controller === undefined) return { kind: 'adopted' }
  const details = `${name}, controlled by ${textIn(controller.kind)} ${textIn(controller.name)}`
  return refused(resolved, 'controlled', details)
}

/** The claim on an object of no other Repository; undefined where this one does not own it either. */
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

/** The claim on a new object: if several installations declare it, the first by id creates it. */
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

/** Whose the object is, as far as its marks tell. */
function belonging(live: KubernetesObject, isCopied: boolean): string {
  if (isCopied) return ' has the mark of another object, or of a Reeve with another --name'
  const owners = formerOwners(live).map(describeOwner)
  return owners.length === 0 ? '' : `, which belongs to ${owners.join(' and ')}`
}
