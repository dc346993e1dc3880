import { type JsonObject, objectIn } from '../../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'

/** Labels of the Pods that the operator makes of a Mattermost (mattermost-operator, MattermostPodLabels). */
const APP = { app: 'mattermost' }
const NAMED = ['installation.mattermost.com/installation', 'installation.mattermost.com/resource']

export function isMattermost(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === 'installation.mattermost.com' && kind === 'Mattermost'
}

export function mattermostPodLabels({ metadata: { name }, spec }: KubernetesObject): JsonObject {
  const { resourceLabels, podTemplate } = objectIn(spec)
  return {
    ...objectIn(resourceLabels),
    ...objectIn(objectIn(podTemplate).extraLabels),
    ...Object.fromEntries(NAMED.map((label) => [label, name])),
    ...APP,
  }
}

/** Labels that have the name of the Mattermost, which is another one in a copy. */
export const NAMING_LABELS: ReadonlySet<string> = new Set(NAMED)

/** Why a second one cannot run beside it. */
export function mattermostObstacles({ spec }: KubernetesObject): readonly string[] {
  const { ingress, useServiceLoadBalancer, awsLoadBalancerController, database, fileStore } = objectIn(spec)
  const hasIngress = ingress === undefined || objectIn(ingress).enabled === true
  const isOwnDatabase = objectIn(objectIn(database).external).secret === undefined
  const { external, externalVolume } = objectIn(fileStore)
  const isOwnStore = external === undefined && externalVolume === undefined
  return [
    ...(hasIngress ? ['its operator makes an Ingress of the same host for each'] : []),
    ...(useServiceLoadBalancer === true ? ['its operator makes a load balancer for each'] : []),
    ...(objectIn(awsLoadBalancerController).enabled === true
      ? ['its operator makes a load balancer for each']
      : []),
    ...(isOwnDatabase ? ['its operator makes a database for each'] : []),
    ...(isOwnStore ? ['its operator makes a file store for each'] : []),
  ]
}
