import { isJsonObject, type JsonObject, objectIn, textIn } from '../../../../model/json.ts'
import { listIn } from '../../pod-specs.ts'
import type { ToldChange } from '../../told-change.ts'
import { listed } from '../listed.ts'

const BINDING = /^rbac\.authorization\.k8s\.io\/(?:Cluster)?RoleBinding$/

/** Subjects that a binding newly gives rights to, or a role with other ones. */
export function widenedBinding({ kind, before, after }: ToldChange): readonly string[] {
  if (!BINDING.test(kind) || after === undefined) return []
  const [role, subjects] = [roleOf(after), subjectsOf(after)]
  if (before === undefined) return isFeared(kind, after) ? [`binds ${listed(subjects)} to ${role}`] : []
  const known = new Set(subjectsOf(before))
  const added = subjects.filter((subject) => !known.has(subject))
  const was = roleOf(before)
  return [
    ...(was === role ? [] : [`binds to ${role} instead of ${was}`]),
    ...(added.length === 0 ? [] : [`also binds ${listed(added)} to ${role}`]),
  ]
}

/** A new application brings bindings of its own accounts in its own namespace: those are not told. */
function isFeared(kind: string, binding: JsonObject): boolean {
  if (kind.endsWith('/ClusterRoleBinding')) return true
  if (textIn(objectIn(binding.roleRef).name) === 'cluster-admin') return true
  const own = textIn(objectIn(binding.metadata).namespace)
  return listIn(binding.subjects)
    .filter(isJsonObject)
    .some(({ kind: who, namespace }) => who !== 'ServiceAccount' || textIn(namespace) !== own)
}

function roleOf({ roleRef }: JsonObject): string {
  const { kind, name } = objectIn(roleRef)
  return `${textIn(kind)} ${textIn(name)}`
}

function subjectsOf({ subjects }: JsonObject): readonly string[] {
  return listIn(subjects)
    .filter(isJsonObject)
    .map(({ kind, namespace, name }) => {
      const space = textIn(namespace)
      return `${textIn(kind)} ${space === '' ? '' : `${space}/`}${textIn(name)}`
    })
}
