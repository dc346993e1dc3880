import { ARGO_HOOK, annotationOf, HELM_HOOK, wordsOf } from '../../model/marks.ts'
import { gvkOf, type KubernetesObject } from '../../model/object.ts'

/** A hook of another tool, and what becomes of its object. */
export interface ForeignHook {
  /** For people: `PreSync of Argo CD`. */
  readonly what: string
  /** Whether the object is applied with all others; if not, it is left out. */
  readonly isApplied: boolean
}

/** Times at which a tool brings about what Git says; at any other it cleans up, tests or does nothing. */
const DEPLOYING: ReadonlySet<string> = new Set([
  'PreSync',
  'Sync',
  'PostSync',
  'pre-install',
  'post-install',
  'pre-upgrade',
  'post-upgrade',
])

/** Kinds whose objects run nothing by themselves. */
const PASSIVE: ReadonlySet<string> = new Set([
  '/ConfigMap',
  '/LimitRange',
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/ResourceQuota',
  '/Secret',
  '/Service',
  '/ServiceAccount',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/StorageClass',
])

/**
 * The hook that an object is for Argo CD or Helm; undefined if it is none. What such a hook runs is never
 * applied with everything else: it would run at the wrong time, and what cleans up would clean up. Other
 * objects of hooks, such as accounts and settings, are applied if they belong to a deployment. Helm's old
 * crd-install is an ordinary object.
 */
export function hookOfTools(object: KubernetesObject): ForeignHook | undefined {
  return hook(object, ARGO_HOOK, 'Argo CD') ?? hook(object, HELM_HOOK, 'Helm')
}

/**
 * Whether an object without a name may stay so, as hooks of Argo CD mostly do: it is left out. (Helm's hooks in a
 * chart are applied.)
 */
export function mayLackName(object: KubernetesObject): boolean {
  if (annotationOf(object, HELM_HOOK) !== undefined) return false
  return hook(object, ARGO_HOOK, 'Argo CD')?.isApplied === false
}

function hook(object: KubernetesObject, annotation: string, tool: string): ForeignHook | undefined {
  const times = wordsOf(object, annotation)
  if (times.length === 0 || times.includes('crd-install')) return undefined
  const { group, kind } = gvkOf(object)
  const isApplied =
    !times.includes('Skip') && times.some((time) => DEPLOYING.has(time)) && PASSIVE.has(`${group}/${kind}`)
  return { what: `${times.join(', ')} of ${tool}`, isApplied }
}
