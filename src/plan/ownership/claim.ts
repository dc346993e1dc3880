import { type Fault, fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import { textIn } from '../../model/json.ts'
import { ADOPT_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'
import { describeKey, idOf, type KubernetesObject } from '../../model/object.ts'
import { appliedOf } from '../applied.ts'
import type { Owner } from '../desired.ts'
import { controllerOf } from './has-controller.ts'

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
 * Reeve's annotation, unless a controller made it as a copy.
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
  const installation = live.metadata.labels?.[INSTALLATION_LABEL]
  if (repository === owner.repository && installation !== undefined) {
    if (installation === owner.installationId) return { kind: 'ours' }
    return declarers.has(installation) ? ownedElsewhere(resolved, installation) : { kind: 'handed-over' }
  }
  if (repository !== undefined && repository !== owner.repository)
    return refused(resolved, 'owned-by-another', `${describeKey(resolved.key)} belongs to ${repository}`)
  const controller = controllerOf(live)
  if (controller === undefined && appliedOf(live)) return { kind: 'ours' }
  const isWanted = adopts || resolved.object.metadata.annotations?.[ADOPT_ANNOTATION] === 'true'
  if (!isWanted) return refused(resolved, 'not-owned', describeKey(resolved.key))
  if (controller === undefined) return { kind: 'adopted' }
  const details = `${describeKey(resolved.key)}, by ${textIn(controller.kind)} ${textIn(controller.name)}`
  return refused(resolved, 'controlled', details)
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
