import type { FormerOwner } from '../../../model/former-owner.ts'
import type { KubernetesObject, ObjectMeta } from '../../../model/object.ts'
import { gvkOf } from '../../../model/object.ts'
import { LAST_APPLIED_ANNOTATION } from './adoption-base.ts'
import { managedFieldsOf } from './managed-fields.ts'

/** Annotations that a Helm release sets on its objects (Helm, pkg/kube). */
export const HELM_NAME = 'meta.helm.sh/release-name'
export const HELM_NAMESPACE = 'meta.helm.sh/release-namespace'
/** Many charts set this label themselves; Helm's value is `Helm`. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by'
/** Labels of Flux, kustomize-controller and helm-controller. */
export const KUSTOMIZATION_NAME = 'kustomize.toolkit.fluxcd.io/name'
export const KUSTOMIZATION_NAMESPACE = 'kustomize.toolkit.fluxcd.io/namespace'
export const HELM_RELEASE_NAME = 'helm.toolkit.fluxcd.io/name'
export const HELM_RELEASE_NAMESPACE = 'helm.toolkit.fluxcd.io/namespace'
/** Argo CD's resource tracking: the annotation `<application>:<group>/<kind>:<namespace>/<name>`. */
export const TRACKING_ID = 'argocd.argoproj.io/tracking-id'
/** Labels of Argo CD where it tracks by its own label, and where it tracks by the common one. */
export const ARGO_INSTANCE = 'argocd.argoproj.io/instance'
export const INSTANCE = 'app.kubernetes.io/instance'

const ARGO_MANAGERS: ReadonlySet<string> = new Set(['argocd-controller', 'argocd-application-controller'])

/**
 * Owners of the live object, by marks that name one; several where one tool works through another, such as
 * Flux through Helm. Marks that a controller copied from another object do not count.
 * @param live with its managedFields: the common label alone is Argo CD's only if Argo CD wrote to the object
 */
export function formerOwners(live: KubernetesObject): readonly FormerOwner[] {
  const { labels = {}, annotations = {} } = live.metadata
  const owners: readonly (FormerOwner | undefined)[] = [
    named('helm', annotations[HELM_NAME], annotations[HELM_NAMESPACE]),
    named('flux-kustomization', labels[KUSTOMIZATION_NAME], labels[KUSTOMIZATION_NAMESPACE]),
    named('flux-helm-release', labels[HELM_RELEASE_NAME], labels[HELM_RELEASE_NAMESPACE]),
    applicationOf(live),
  ]
  const known = owners.filter((owner) => owner !== undefined)
  if (known.length > 0 || annotations[LAST_APPLIED_ANNOTATION] === undefined) return known
  return [{ tool: 'kubectl', namespace: '', name: '' }]
}

/** Whether Argo CD tracks this object by the label that many tools set. */
export function isTrackedByCommonLabel(live: KubernetesObject): boolean {
  const { labels = {}, annotations = {} } = live.metadata
  if (annotations[TRACKING_ID] !== undefined || labels[ARGO_INSTANCE] !== undefined) return false
  return labels[INSTANCE] !== undefined && managedFieldsOf(live).some(isArgo)
}

function isArgo({ manager }: { readonly manager: string }): boolean {
  return ARGO_MANAGERS.has(manager)
}

function applicationOf(live: KubernetesObject): FormerOwner | undefined {
  const { labels = {}, annotations = {} } = live.metadata
  const id = annotations[TRACKING_ID]
  if (id !== undefined) return isAbout(id, live) ? application(id.split(':', 1)[0]) : undefined
  const label = labels[ARGO_INSTANCE] ?? (isTrackedByCommonLabel(live) ? labels[INSTANCE] : undefined)
  return application(label)
}

/** An Application outside Argo CD's own namespace is named `<namespace>_<name>`. */
function application(text: string | undefined): FormerOwner | undefined {
  const [, namespace = '', name] = /^(?:([^_]*)_)?([^_]+)$/.exec(text ?? '') ?? []
  return named('argo-cd', name, namespace)
}

/** Whether an id is about this object; any other was copied (Argo CD, util/argo/resource_tracking.go). */
function isAbout(id: string, live: KubernetesObject): boolean {
  const { group, kind } = gvkOf(live)
  const [, type = '', place = ''] = id.split(':')
  return type === `${group}/${kind}` && place.endsWith(`/${nameOf(live.metadata)}`)
}

/** The name up to its first ":": Argo CD writes no ":" in a name, but RBAC names contain them. */
function nameOf({ name }: ObjectMeta): string {
  return name.split(':', 1)[0] ?? name
}

function named(
  tool: FormerOwner['tool'],
  name: string | undefined,
  namespace: string | undefined,
): FormerOwner | undefined {
  return name ? { tool, namespace: namespace ?? '', name } : undefined
}
