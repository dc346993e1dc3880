import { isJsonArray, type JsonObject, objectIn, textIn } from '../../../model/json.ts'
import type { KubernetesObject, ObjectKey } from '../../../model/object.ts'
import type { OwnPlace } from '../../../model/tenancy.ts'

const RBAC = 'rbac.authorization.k8s.io'
/** Names of the roles and bindings in manifests/. */
const OWN_NAMES: ReadonlySet<string> = new Set(['reeve', 'reeve-custom', 'reeve-wide'])
/** Label of ClusterRoles whose rules manifests/ adds to those of Reeve. */
const AGGREGATED = 'reeve.dev/aggregate-to-reeve'

/** Whether an object of RBAC belongs to Reeve's own installation, or gives rights to accounts of its namespace. */
export function widensReeve(
  { group, kind, namespace, name }: ObjectKey,
  object: KubernetesObject,
  own: OwnPlace,
): boolean {
  if (group !== RBAC) return false
  if (namespace === '' && OWN_NAMES.has(name)) return true
  if (object.metadata.labels?.[AGGREGATED] !== undefined) return true
  return kind.endsWith('Binding') && subjectsOf(object).some((subject) => isOwn(subject, own))
}

function subjectsOf({ subjects }: KubernetesObject): readonly JsonObject[] {
  return isJsonArray(subjects) ? subjects.map(objectIn) : []
}

/** Whether a subject (rbac/v1, Subject) is a service account of Reeve's namespace, or all of them. */
function isOwn({ kind, namespace, name }: JsonObject, own: OwnPlace): boolean {
  if (kind === 'ServiceAccount') return namespace === own.namespace
  const user = textIn(name)
  return (
    user.startsWith(`system:serviceaccount:${own.namespace}:`) ||
    user === `system:serviceaccounts:${own.namespace}`
  )
}
