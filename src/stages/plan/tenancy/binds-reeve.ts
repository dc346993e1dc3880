import { isJsonArray, type JsonObject, objectIn, textIn } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { OwnPlace } from '../../../model/tenancy.ts'

/** Groups of all service accounts, of all who are known, and of all who are not (apiserver, user.AllAuthenticated). */
const ALL: ReadonlySet<string> = new Set([
  'system:serviceaccounts',
  'system:authenticated',
  'system:unauthenticated',
])

/** Whether a role binding is for a service account of Reeve's namespace, by itself or by a group. */
export function bindsReeve({ kind, subjects }: KubernetesObject, own: OwnPlace): boolean {
  return kind.endsWith('Binding') && isJsonArray(subjects) && subjects.map(objectIn).some(isOwn(own))
}

/** Whether a subject (rbac/v1, Subject) is a service account of Reeve's namespace, or a group that has it. */
function isOwn(own: OwnPlace): (subject: JsonObject) => boolean {
  const { namespace: home } = own
  return ({ kind, namespace, name }) => {
    if (kind === 'ServiceAccount') return namespace === home
    const user = textIn(name)
    if (kind === 'Group') return ALL.has(user) || user === `system:serviceaccounts:${home}`
    return user.startsWith(`system:serviceaccount:${home}:`)
  }
}
