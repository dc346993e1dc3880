import { asksForPermission, permissionFault } from '../../model/deletion-permission.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { keepMarkOf } from '../../model/keep-mark.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import {
  describeKey,
  hasController,
  idOf,
  isBeingDeleted,
  keyOf,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../model/object.ts'
import type { DeletePlan, ObjectPlan } from '../../model/plan.ts'
import { appliedOf } from './applied.ts'
import { inDeleteOrder } from './order.ts'

/** Limits on deletions that no commit explicitly allows. */
export interface DeletionLimits {
  /** Maximum share of an installation's objects; a single object is always allowed. */
  readonly installation: number
  /** Maximum share of the Repository's objects; applies to more than REPOSITORY_LIMIT_FROM deletions. */
  readonly repository: number
}

/** Number of deletions in the Repository that is always allowed. */
export const REPOSITORY_LIMIT_FROM = 10

const defaultDeletionLimits: DeletionLimits = { installation: 1 / 2, repository: 1 / 5 }

/** A set of ids, or a map by id. */
export type ObjectIds = Pick<ReadonlySet<ObjectId>, 'has'>

/** Numbers that an installation's deletions are measured against. */
export interface DeletionScope {
  /** The installation's name. */
  readonly installation: string
  /** Number of live objects with its label: the declared ones, and those that Reeve created. */
  readonly objects: number
  /** In the whole Repository: how many live objects it owns, and how many of them would go for good. */
  readonly repository: { readonly objects: number; readonly deletions: number }
  /** Whether an object goes because its content, and so its generated name, changed: that does not count. */
  readonly isRenewed?: ((key: ObjectKey) => boolean) | undefined
  readonly limits?: DeletionLimits
}

const PROTECTED_KINDS: ReadonlySet<string> = new Set([
  '/Namespace',
  '/PersistentVolumeClaim',
  '/PersistentVolume',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

/**
 * Owned objects that are no longer declared. An object counts as owned only if it has Reeve's annotation and
 * no controller: controllers copy labels to the objects that they create.
 */
export function undeclared(owned: readonly LiveObject[], declared: ObjectIds): readonly LiveObject[] {
  return owned.filter(
    (live) =>
      !declared.has(idOf(keyOf(live))) &&
      appliedOf(live) !== undefined &&
      !hasController(live) &&
      !isBeingDeleted(live),
  )
}

/**
 * Plans the deletions of one installation, in order.
 * @param isAllowed a commit allows the deletions in any case
 */
export function planPrune(
  owned: readonly LiveObject[],
  declared: ObjectIds,
  isAllowed: boolean,
): readonly DeletePlan[] {
  return inDeleteOrder(
    undeclared(owned, declared).map((live) => ({
      action: 'delete',
      key: keyOf(live),
      live,
      ...(isAllowed && { isAllowed }),
    })),
  )
}

/**
 * Blocks deletions that an annotation forbids and, unless a commit allows them, protected or excessive ones.
 */
export function limitDeletions(plans: readonly ObjectPlan[], scope: DeletionScope): readonly ObjectPlan[] {
  const { isRenewed = () => false } = scope
  const forGood = plans.filter((plan) => plan.action === 'delete' && counts(plan.key, isRenewed))
  const limit = exceededLimit(scope, forGood.length)
  const limited = plans.map((plan) => {
    if (plan.action !== 'delete') return plan
    const { key, live, isAllowed } = plan
    const exceeded = counts(key, isRenewed) ? limit : undefined
    const reason = kept(live) ?? (isAllowed ? undefined : (exceeded ?? protection(live, scope.installation)))
    return reason ? ({ action: 'blocked', key, live, fault: reason } as const) : plan
  })
  return limited.some(isLimited) ? limited.map(unlessOwn) : limited
}

function isLimited(plan: ObjectPlan): boolean {
  return plan.action === 'blocked' && asksForPermission(plan.fault.code)
}

/** Reeve's own documents tell of the other objects as long as these stay. */
function unlessOwn(plan: ObjectPlan): ObjectPlan {
  const isOwnDeletion = plan.action === 'delete' && plan.key.group === OWN_GROUP
  return isOwnDeletion ? { action: 'unchanged', key: plan.key } : plan
}

/** Reeve's own documents hold no data; they go after everything else of their installation. */
function counts(key: ObjectKey, isRenewed: (key: ObjectKey) => boolean): boolean {
  return key.group !== OWN_GROUP && !isRenewed(key)
}

function kept(live: LiveObject): Fault | undefined {
  const mark = keepMarkOf(live)
  if (mark === undefined) return undefined
  const key = keyOf(live)
  return fault('prune-disabled', `${describeKey(key)} has ${mark}`, { object: idOf(key) })
}

function protection(live: LiveObject, installation: string): Fault | undefined {
  const key = keyOf(live)
  return PROTECTED_KINDS.has(`${key.group}/${key.kind}`)
    ? permissionFault('deletion-protected', describeKey(key), installation, { object: idOf(key) })
    : undefined
}

function exceededLimit(scope: DeletionScope, count: number): Fault | undefined {
  const { installation, objects, repository, limits = defaultDeletionLimits } = scope
  const limit = (details: string): Fault => permissionFault('deletion-limit', details, installation)
  if (count > 1 && count > objects * limits.installation) {
    return limit(`${count} of the ${objects} objects of ${installation}`)
  }
  const { deletions } = repository
  if (count > 0 && deletions > REPOSITORY_LIMIT_FROM && deletions > repository.objects * limits.repository) {
    return limit(`${deletions} of the ${repository.objects} objects of the Repository`)
  }
  return undefined
}
