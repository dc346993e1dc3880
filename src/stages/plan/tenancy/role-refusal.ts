import type { Fault } from '../../../model/fault.ts'
import { idOf, type LiveObject, type ObjectKey } from '../../../model/object.ts'
import { CLUSTER_ROLES, RBAC } from '../../../model/well-known-resources.ts'
import { isSelected } from './is-selected.ts'
import type { OwnRoles } from './own-roles.ts'
import { deny, type Guard, type Guarded, OWN_OBJECT, refusalOf } from './refusal-of.ts'

/** Why the configuration does not allow an object to be deleted. */
export async function deletionRefusal(
  key: ObjectKey,
  live: LiveObject,
  guard: Guard,
): Promise<Fault | undefined> {
  const guarded = { key, object: live }
  return refusalOf(guarded, guard) ?? (await roleRefusal(guarded, guard))
}

/** Why a role may not be written or deleted: Reeve's own rights come from it. */
export async function roleRefusal(
  guarded: Guarded,
  { allow, askOwnRoles }: Guard,
): Promise<Fault | undefined> {
  const { group, kind } = guarded.key
  if (group !== RBAC || !kind.endsWith('Role') || allow.protected.includes('reeve')) return undefined
  return isOwn(guarded, await askOwnRoles()) ? deny(guarded, OWN_OBJECT) : undefined
}

function isOwn({ key, object, live }: Guarded, { ids, selectors }: OwnRoles): boolean {
  if (ids.has(idOf(key))) return true
  if (key.kind !== CLUSTER_ROLES.kind) return false
  return [object, live ?? object].some(({ metadata }) =>
    selectors.some((selector) => isSelected(metadata.labels, selector)),
  )
}
