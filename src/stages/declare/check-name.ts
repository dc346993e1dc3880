import type { GroupVersionKind } from '../../model/object.ts'
import { isDnsLabel, isDnsSubdomain, isPathSegment } from './names.ts'

/** Groups whose objects may have names such as `system:node`. */
const pathSegmentGroups: ReadonlySet<string> = new Set([
  'rbac.authorization.k8s.io',
  'certificates.k8s.io',
  'apiregistration.k8s.io',
  'internal.apiserver.k8s.io',
])
const labelKinds: ReadonlySet<string> = new Set(['/Namespace', '/Service'])

/**
 * Whether the API server can accept an object of this name: usually a DNS subdomain, for Namespaces and
 * Services a DNS label, for RBAC and a few others any segment of a URL path. The API server checks any
 * stricter rules of a kind.
 */
export function isObjectName(name: string, { group, kind }: GroupVersionKind): boolean {
  if (labelKinds.has(`${group}/${kind}`)) return isDnsLabel(name)
  return takesPathSegment(group, kind) ? isPathSegment(name) : isDnsSubdomain(name)
}

/** OpenShift's aggregated APIs have users, identities and image tags with a `:` in their names. */
function takesPathSegment(group: string, kind: string): boolean {
  return pathSegmentGroups.has(group) || group.endsWith('.openshift.io') || kind === 'IPAddress'
}
