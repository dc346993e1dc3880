import type { DeclaredObject } from '../../../model/installation.ts'
import { objectIn } from '../../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import { isSelectedBy, isTemplated, podLabelsOf } from './pod-specs.ts'

/** Where a kind names the workload that it scales, by `kind.group`. */
export const TARGETS: Readonly<Record<string, string>> = {
  'HorizontalPodAutoscaler.autoscaling': 'scaleTargetRef',
  'ScaledObject.keda.sh': 'scaleTargetRef',
  'VerticalPodAutoscaler.autoscaling.k8s.io': 'targetRef',
}

/** What scales or protects workloads of a copy: each copy has its own. */
export function companionsOf(
  objects: readonly DeclaredObject[],
  workloads: readonly DeclaredObject[],
): readonly DeclaredObject[] {
  return objects.filter(({ object }) =>
    workloads.some((workload) => isAlike(object, workload.object) && isAbout(object, workload.object)),
  )
}

export function isDisruptionBudget(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === 'policy' && kind === 'PodDisruptionBudget'
}

/** The field of `spec` that names what an object scales; undefined for one that scales nothing. */
export function targetField(object: KubernetesObject): string | undefined {
  const { group, kind } = gvkOf(object)
  const name = `${kind}.${group}`
  return Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined
}

function isAlike(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.metadata.namespace === b.metadata.namespace
}

function isAbout(object: KubernetesObject, workload: KubernetesObject): boolean {
  const spec = objectIn(object.spec)
  if (isDisruptionBudget(object))
    return isTemplated(workload) && isSelectedBy(objectIn(spec.selector).matchLabels, podLabelsOf(workload))
  const field = targetField(object)
  if (field === undefined) return false
  const { kind = 'Deployment', name } = objectIn(spec[field])
  return kind === workload.kind && name === workload.metadata.name
}
