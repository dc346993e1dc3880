import { isJsonArray, type JsonObject, objectIn, textIn } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { OwnPlace } from '../../../model/tenancy.ts'

/** Whether a role binding is for a service account of Reeve's namespace, by itself or by a group. */
export function bindsReeve({ kind, subjects }: KubernetesObject, own: OwnPlace): boolean {
  return kind.endsWith('Binding') && isJsonArray(subjects) && subjects.map(objectIn).some(isOwn(own))
}

/** Whether a subject (rbac/v1, Subject) is a service account of Reeve's namespace, or all of them. */
function isOwn(own: OwnPlace): (subject: JsonObject) => boolean {
  const { namespace: home } = own
  return ({ kind, namespace, name }) => {
    if (kind === 'ServiceAccount') return namespace === home
    const user = textIn(name)
    return user.startsWith(`system:serviceaccount:${home}:`) || user === `system:serviceaccounts:${home}`
  }
}
