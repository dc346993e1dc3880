import type { KubernetesObject } from './object.ts'

/** Annotations by which other tools are told how to treat an object. Flux reads them from labels, too. */
export const HELM_RESOURCE_POLICY = 'helm.sh/resource-policy'
export const HELM_HOOK = 'helm.sh/hook'
export const ARGO_HOOK = 'argocd.argoproj.io/hook'
export const ARGO_SYNC_OPTIONS = 'argocd.argoproj.io/sync-options'
export const ARGO_SYNC_WAVE = 'argocd.argoproj.io/sync-wave'
export const FLUX_PRUNE = 'kustomize.toolkit.fluxcd.io/prune'
export const FLUX_RECONCILE = 'kustomize.toolkit.fluxcd.io/reconcile'
export const FLUX_SSA = 'kustomize.toolkit.fluxcd.io/ssa'
export const FLUX_FORCE = 'kustomize.toolkit.fluxcd.io/force'
export const FLUX_DRIFT_DETECTION = 'helm.toolkit.fluxcd.io/driftDetection'

/** Value of an annotation, as written; undefined without it. */
export function annotationOf({ metadata }: KubernetesObject, name: string): string | undefined {
  return metadata.annotations?.[name]
}

/** Whether an annotation or a label has a value, in any case: so Flux reads its own. */
export function isMarked({ metadata }: KubernetesObject, name: string, value: string): boolean {
  const texts = [metadata.annotations?.[name], metadata.labels?.[name]]
  return texts.some((text) => text?.toLowerCase() === value.toLowerCase())
}

/** Words of an annotation that is a list with commas, such as Argo CD's options and hooks. */
export function wordsOf(object: KubernetesObject, name: string): readonly string[] {
  const text = annotationOf(object, name)
  if (text === undefined) return NONE
  const words = text.split(',').map((word) => word.trim())
  return words.filter((word) => word !== '')
}

const NONE: readonly string[] = []
