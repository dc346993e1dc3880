import type { KubernetesObject, ObjectKey } from '../../../model/object.ts'
import type { OwnPlace } from '../../../model/tenancy.ts'
import { RBAC } from '../../../model/well-known-resources.ts'
import { bindsReeve } from './binds-reeve.ts'

/** Names of the roles and bindings in manifests/, in whatever namespace. */
const OWN_NAMES: ReadonlySet<string> = new Set(['reeve', 'reeve-custom', 'reeve-impersonation', 'reeve-wide'])
/** Label of ClusterRoles whose rules manifests/ adds to those of Reeve. */
const AGGREGATED = 'reeve.dev/aggregate-to-reeve'

/** Whether an object of RBAC belongs to Reeve's own installation, or gives rights to accounts of its namespace. */
export function isOwnRbac({ group, name }: ObjectKey, object: KubernetesObject, own: OwnPlace): boolean {
  if (group !== RBAC) return false
  if (OWN_NAMES.has(name)) return true
  return object.metadata.labels?.[AGGREGATED] !== undefined || bindsReeve(object, own)
}
