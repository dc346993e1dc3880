import { isJsonArray, type JsonObject, objectIn, textIn } from '../../../model/json.ts'
import { idOf, type KubernetesObject, keyOf, type ObjectId } from '../../../model/object.ts'
import type { OwnPlace } from '../../../model/tenancy.ts'
import { CLUSTER_ROLES, RBAC } from '../../../model/well-known-resources.ts'
import { bindsReeve } from './binds-reeve.ts'
import { isSelected } from './is-selected.ts'

/** Where the rights of Reeve's own accounts come from. */
export interface OwnRoles {
  readonly ids: ReadonlySet<ObjectId>
  /** Selectors (meta/v1, LabelSelector) of the ClusterRoles whose rules are added to those of `ids`. */
  readonly selectors: readonly JsonObject[]
}

/**
 * The roles that bindings give to Reeve's own accounts, and those that are added to them.
 * @param bindings RoleBindings and ClusterRoleBindings
 */
export function ownRoles(
  bindings: readonly KubernetesObject[],
  clusterRoles: readonly KubernetesObject[],
  own: OwnPlace,
): OwnRoles {
  const ids = new Set(bindings.filter((binding) => bindsReeve(binding, own)).map(roleOf))
  const selectors: JsonObject[] = []
  const added = new Map(clusterRoles.map((role) => [idOf(keyOf(role)), role]))
  for (const id of ids) {
    const found = selectorsOf(added.get(id))
    selectors.push(...found)
    for (const [other, { metadata }] of found.length > 0 ? added : [])
      if (found.some((selector) => isSelected(metadata.labels, selector))) ids.add(other)
  }
  return { ids, selectors }
}

/** The role that a binding refers to, be it there or not. */
function roleOf({ roleRef, metadata }: KubernetesObject): ObjectId {
  const { kind, name } = objectIn(roleRef)
  const namespace = kind === CLUSTER_ROLES.kind ? '' : (metadata.namespace ?? '')
  return idOf({ group: RBAC, kind: textIn(kind), namespace, name: textIn(name) })
}

function selectorsOf(role: KubernetesObject | undefined): readonly JsonObject[] {
  const { clusterRoleSelectors } = objectIn(role?.aggregationRule)
  return isJsonArray(clusterRoleSelectors) ? clusterRoleSelectors.map(objectIn) : []
}
