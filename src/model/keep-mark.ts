import { PRUNE_ANNOTATION } from './labels.ts'
import {
  ARGO_SYNC_OPTIONS,
  annotationOf,
  FLUX_PRUNE,
  FLUX_RECONCILE,
  HELM_RESOURCE_POLICY,
  isMarked,
  wordsOf,
} from './marks.ts'
import type { KubernetesObject } from './object.ts'

/** Options of Argo CD that keep an object; with `confirm`, a person would have to confirm its deletion. */
const KEEPING_OPTIONS: ReadonlySet<string> = new Set([
  'Prune=false',
  'Prune=confirm',
  'Delete=false',
  'Delete=confirm',
])

/** Annotations of further tools, each with the value that keeps an object. */
const KEEPING: readonly (readonly [annotation: string, value: string])[] = [
  [HELM_RESOURCE_POLICY, 'keep'],
  ['cli-utils.sigs.k8s.io/on-remove', 'keep'],
  ['client.lifecycle.config.k8s.io/deletion', 'detach'],
  ['kapp.k14s.io/delete-strategy', 'orphan'],
]

/** Flux deletes no object with one of these, whether annotation or label. */
const KEEPING_FLUX = [FLUX_PRUNE, FLUX_RECONCILE]

/**
 * The annotation that keeps an object although Git no longer declares it, as `name: value`; undefined without
 * one. Reeve's own wins over those of other tools.
 */
export function keepMarkOf(object: KubernetesObject): string | undefined {
  const { annotations, labels } = object.metadata
  if (annotations === undefined && labels === undefined) return undefined
  const own = annotationOf(object, PRUNE_ANNOTATION)
  if (own === 'true') return undefined
  return own === 'false' ? `${PRUNE_ANNOTATION}: "false"` : markOfOthers(object)
}

/** As Helm reads its own. */
function isSaid(object: KubernetesObject, annotation: string, value: string): boolean {
  return annotationOf(object, annotation)?.trim().toLowerCase() === value
}

function markOfOthers(object: KubernetesObject): string | undefined {
  const found = KEEPING.find(([annotation, value]) => isSaid(object, annotation, value))
  if (found !== undefined) return found.join(': ')
  const option = wordsOf(object, ARGO_SYNC_OPTIONS).find((word) => KEEPING_OPTIONS.has(word))
  if (option !== undefined) return `${ARGO_SYNC_OPTIONS}: ${option}`
  const flux = KEEPING_FLUX.find((name) => isMarked(object, name, 'disabled'))
  return flux && `${flux}: disabled`
}
