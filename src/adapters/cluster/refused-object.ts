import { isJsonObject, textIn } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { ApiError, type ConnectionError } from './api-error.ts'
import { isTooLarge } from './refusal-code.ts'

interface Refused {
  readonly code: 'missing-reference' | 'object-too-large'
  readonly details: string
}

/** A refusal that only the object itself explains; undefined for others. */
export function refusedObject(error: ApiError | ConnectionError, plan: ObjectPlan): Refused | undefined {
  if (!(error instanceof ApiError && 'desired' in plan)) return undefined
  const { desired } = plan
  if (isTooLarge(error))
    return { code: 'object-too-large', details: `${sizeText(desired)} (${limitText(error.message)})` }
  const role = missingRole(error, desired)
  if (role === undefined) return undefined
  return { code: 'missing-reference', details: `${role} (the API server says: ${error.message})` }
}

/**
 * The Role of a binding, if the API server did not find it: it reads the Role to compare its rules with the
 * permissions of the one who binds it, and then blames the binding (`rolebindings.… "viewer" not found`).
 */
function missingRole({ code, reason, message }: ApiError, desired: KubernetesObject): string | undefined {
  const { apiVersion, kind, metadata, roleRef } = desired
  if (code !== 404 || reason !== 'NotFound' || !isJsonObject(roleRef)) return undefined
  if (!apiVersion.startsWith('rbac.authorization.k8s.io/')) return undefined
  const role = textIn(roleRef.kind)
  const name = textIn(roleRef.name)
  if (!message.endsWith(`"${name}" not found`)) return undefined
  return role === 'Role' && kind === 'RoleBinding'
    ? `Role ${name} in namespace ${metadata.namespace ?? ''}`
    : `${role} ${name}`
}

function sizeText(object: KubernetesObject): string {
  return `about ${mebibytes(Buffer.byteLength(JSON.stringify(object)))} as JSON`
}

/** `Request entity too large: limit is 3145728`, `… larger than max (2200160 vs. 2097152)`. */
const LIMIT = /limit is (\d+)|larger than max \(\d+ vs\. (\d+)\)/

function limitText(message: string): string {
  const [, limit, other] = LIMIT.exec(message) ?? []
  const bytes = limit ?? other
  const most =
    bytes === undefined
      ? "etcd's limit is 1.5 MiB unless configured otherwise"
      : `limit ${mebibytes(Number(bytes))}`
  return `${most}; the API server says: ${message}`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
