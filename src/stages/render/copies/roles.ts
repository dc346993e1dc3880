import { objectIn } from '../../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import { declaredText } from '../../plan/digest.ts'
import { isMattermost } from './mattermost-copy.ts'
import { isTemplated } from './pod-specs.ts'

/** Whether an object runs Pods of which a copy can run beside: what runs once, such as a Job, is no such object. */
export function isCopied(object: KubernetesObject): boolean {
  return isTemplated(object) || isMattermost(object)
}

/** What runs, as text: all of the spec but how many. */
export function runningText(object: KubernetesObject, varying: readonly string[]): string {
  const { replicas: _, size: __, ...spec } = objectIn(object.spec)
  const { apiVersion, kind, metadata } = object
  const { name, namespace } = metadata
  const bare = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, spec }
  return declaredText(bare as KubernetesObject, varying)
}

/** Kinds that lead to Services from outside: they change when the Services do. */
const ROUTES: ReadonlySet<string> = new Set([
  'Ingress.networking.k8s.io',
  'HTTPRoute.gateway.networking.k8s.io',
  'GRPCRoute.gateway.networking.k8s.io',
  'TLSRoute.gateway.networking.k8s.io',
  'TCPRoute.gateway.networking.k8s.io',
  'UDPRoute.gateway.networking.k8s.io',
  'VirtualService.networking.istio.io',
])

export function isRoute(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return ROUTES.has(`${kind}.${group}`)
}

/** What runs by a schedule goes on as it was until the switch. */
export function isScheduled(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === 'batch' && kind === 'CronJob'
}
