import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import type { LiveObject } from '../../../model/object.ts'
import { isMattermost, mattermostProgress } from '../kinds/mattermost.ts'
import type { Diagnosis } from './diagnosis.ts'
import { inspectMattermost } from './inspect-mattermost.ts'
import { inspectPods } from './inspect-pods.ts'
import type { InspectionOptions } from './inspection.ts'
import { isBegun } from './pod-selector.ts'

/** Whether dependent objects, such as Pods, may explain why an object is not healthy. */
export function isInspected(object: LiveObject): boolean {
  return isMattermost(object) ? mattermostProgress(object) > 0 : isBegun(object)
}

/**
 * Why an object is not healthy, as its dependent objects tell.
 *
 * @throws ApiError, ConnectionError
 */
export async function inspect(
  object: LiveObject,
  client: ClusterClient,
  options: InspectionOptions,
): Promise<Diagnosis | undefined> {
  const look = { ...options, client, namespace: object.metadata.namespace ?? '' }
  if (isMattermost(object)) return inspectMattermost(object, look)
  const found = await inspectPods(object, look)
  const isOrdinary = found?.status === 'progressing' && !found.isExtraordinary
  return isOrdinary && !look.isLate ? undefined : found
}
