import type { DeclaredObject } from '../../../model/installation.ts'
import { type JsonObject, objectIn } from '../../../model/json.ts'
import { STRATEGIES_ANNOTATION } from '../../../model/labels.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import { isMattermost, mattermostPodLabels } from './mattermost-copy.ts'
import { isSelectedBy, podLabelsOf } from './pod-specs.ts'

/** Services that select Pods of the workloads, and those that say that they are switched. */
export function switchedServices(
  objects: readonly DeclaredObject[],
  workloads: readonly DeclaredObject[],
): readonly DeclaredObject[] {
  return objects.filter(({ object }) => {
    if (!isService(object)) return false
    const { selector } = objectIn(object.spec)
    if (Object.keys(objectIn(selector)).length === 0) return false
    return allowsCopies(object) || workloads.some((each) => isOf(object, each.object, selector as JsonObject))
  })
}

/** Whether a Service says that its template may run in two copies. */
export function allowsCopies({ metadata }: KubernetesObject): boolean {
  const said = metadata.annotations?.[STRATEGIES_ANNOTATION]
  return typeof said === 'string' && said.split(',').some((each) => each.trim() === 'blueGreen')
}

/** The labels that Pods of a workload have. */
export function labelsOfPods(workload: KubernetesObject): JsonObject {
  return isMattermost(workload) ? mattermostPodLabels(workload) : podLabelsOf(workload)
}

function isService(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === '' && kind === 'Service'
}

function isOf(service: KubernetesObject, workload: KubernetesObject, selector: JsonObject): boolean {
  const isNear = service.metadata.namespace === workload.metadata.namespace
  return isNear && isSelectedBy(selector, labelsOfPods(workload))
}
