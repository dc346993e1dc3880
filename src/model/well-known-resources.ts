import type { Resource } from './schema.ts'

/** Verbs of a kind whose objects the API server stores (Kubernetes API conventions, verbs). */
export const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

// Kinds that Reeve requests by itself, before or without discovery.

export const CUSTOM_RESOURCE_DEFINITIONS = clusterScoped(
  'apiextensions.k8s.io',
  'CustomResourceDefinition',
  'customresourcedefinitions',
)
/** API group of roles and their bindings. */
export const RBAC = 'rbac.authorization.k8s.io'
export const CLUSTER_ROLES = clusterScoped(RBAC, 'ClusterRole', 'clusterroles')
export const CLUSTER_ROLE_BINDINGS = clusterScoped(RBAC, 'ClusterRoleBinding', 'clusterrolebindings')
export const CONFIG_MAPS = namespaced('', 'ConfigMap', 'configmaps')
export const DEPLOYMENTS = namespaced('apps', 'Deployment', 'deployments')
export const EVENTS = namespaced('', 'Event', 'events')
/** As they are written; v1 is the form in which they are read. */
export const NEW_EVENTS = namespaced('events.k8s.io', 'Event', 'events')
export const JOBS = namespaced('batch', 'Job', 'jobs')
export const LEASES = namespaced('coordination.k8s.io', 'Lease', 'leases')
export const NAMESPACES = clusterScoped('', 'Namespace', 'namespaces')
export const PODS = namespaced('', 'Pod', 'pods')
export const ROLE_BINDINGS = namespaced(RBAC, 'RoleBinding', 'rolebindings')
export const SECRETS = namespaced('', 'Secret', 'secrets')

function namespaced(group: string, kind: string, plural: string): Resource {
  return { group, version: 'v1', kind, plural, namespaced: true, verbs: VERBS }
}

function clusterScoped(group: string, kind: string, plural: string): Resource {
  return { ...namespaced(group, kind, plural), namespaced: false }
}
