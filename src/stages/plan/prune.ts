import { type Fault, fault } from '../../model/fault.ts'
import { PRUNE_ANNOTATION } from '../../model/labels.ts'
import {
  describeKey,
  idOf,
  keyOf,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../model/object.ts'
import type { BlockedPlan, DeletePlan } from '../../model/plan.ts'
import type { AllowedDeletions } from './allowed-deletions.ts'
import { appliedOf } from './applied.ts'
import { inDeleteOrder } from './order.ts'
import { hasController } from './ownership/has-controller.ts'

/** How much may go without a commit that says so. */
export interface DeletionLimits {
  /** Share of an installation's objects; a single object is never too much. */
  readonly installation: number
  /** Share of the Repository's objects; counts where more than REPOSITORY_LIMIT_FROM go. */
  readonly repository: number
}

/** Deletions of the Repository that are never too many. */
export const REPOSITORY_LIMIT_FROM = 10

export const defaultDeletionLimits: DeletionLimits = { installation: 1 / 2, repository: 1 / 5 }

/** A set of ids, or a map by id. */
export type ObjectIds = Pick<ReadonlySet<ObjectId>, 'has'>

export interface PruneInput {
  /** The installation's name, as the trailer names it. */
  readonly installation: string
  /** The live objects that carry its label: those that are declared, and those that Reeve made. */
  readonly owned: readonly LiveObject[]
  /** What any installation of the Repository declares, unknown kinds included. */
  readonly declared: ObjectIds
  /** Of the whole Repository: live objects that it owns, and how many of them would go for good. */
  readonly repository: { readonly objects: number; readonly deletions: number }
  /** Whether an object goes because its content, and so its generated name, changed: no deletion for the limits. */
  readonly isRenewed?: ((key: ObjectKey) => boolean) | undefined
  readonly allowed: AllowedDeletions
  readonly limits?: DeletionLimits
}

const PROTECTED_KINDS: ReadonlySet<string> = new Set([
  '/Namespace',
  '/PersistentVolumeClaim',
  '/PersistentVolume',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

/**
 * The owned objects that nobody declares any more. An object counts as owned only with Reeve's
 * annotation and without a controller: controllers copy labels to what they make.
 */
export function undeclared(owned: readonly LiveObject[], declared: ObjectIds): readonly LiveObject[] {
  return owned.filter(
    (live) =>
      !declared.has(idOf(keyOf(live))) &&
      appliedOf(live) !== undefined &&
      !hasController(live) &&
      live.metadata.deletionTimestamp === undefined,
  )
}

/** What to delete of one installation, in the order of deletion, and what is kept although undeclared. */
export function planPrune(input: PruneInput): readonly (DeletePlan | BlockedPlan)[] {
  const going = undeclared(input.owned, input.declared)
  const isAllowed = input.allowed.has('*') || input.allowed.has(input.installation)
  const { isRenewed = () => false } = input
  const forGood = going.filter((live) => !isRenewed(keyOf(live)))
  const limit = isAllowed ? undefined : exceededLimit(input, forGood.length)
  const plans = going.map((live): DeletePlan | BlockedPlan => {
    const key = keyOf(live)
    const exceeded = isRenewed(key) ? undefined : limit
    const reason = kept(live) ?? (isAllowed ? undefined : (exceeded ?? protection(live)))
    if (reason) return { action: 'blocked', key, live, fault: reason }
    return { action: 'delete', key, live, ...(isAllowed && { isAllowed }) }
  })
  return inDeleteOrder(plans)
}

function kept(live: LiveObject): Fault | undefined {
  return live.metadata.annotations?.[PRUNE_ANNOTATION] === 'false'
    ? fault('prune-disabled', describeKey(keyOf(live)), { object: idOf(keyOf(live)) })
    : undefined
}

function protection(live: LiveObject): Fault | undefined {
  const key = keyOf(live)
  return PROTECTED_KINDS.has(`${key.group}/${key.kind}`)
    ? fault('deletion-protected', describeKey(key), { object: idOf(key) })
    : undefined
}

function exceededLimit(input: PruneInput, count: number): Fault | undefined {
  const { installation, owned, repository } = input
  const limits = input.limits ?? defaultDeletionLimits
  if (count > 1 && count > owned.length * limits.installation) {
    return fault('deletion-limit', `${count} of the ${owned.length} objects of ${installation}`)
  }
  const { objects, deletions } = repository
  if (count > 0 && deletions > REPOSITORY_LIMIT_FROM && deletions > objects * limits.repository) {
    return fault('deletion-limit', `${deletions} of the ${objects} objects of the Repository`)
  }
  return undefined
}
