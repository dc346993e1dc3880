import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import type { LiveObject } from '../../../model/object.ts'
import { isMattermost, mattermostProgress } from '../kinds/mattermost.ts'
import type { LookOptions } from './look.ts'
import { lookAtMattermost } from './look-at-mattermost.ts'
import { lookAtPods } from './look-at-pods.ts'
import { isBegun } from './pod-selector.ts'
import type { Trouble } from './trouble.ts'

/** Whether what belongs to an object may tell why it is not healthy. */
export function isLookedAt(object: LiveObject): boolean {
  return isMattermost(object) ? mattermostProgress(object) > 0 : isBegun(object)
}

/**
 * What keeps an object from being healthy, as what belongs to it tells.
 *
 * @throws ApiError, ConnectionError
 */
export async function lookAt(
  object: LiveObject,
  client: ClusterClient,
  options: LookOptions,
): Promise<Trouble | undefined> {
  const look = { ...options, client, namespace: object.metadata.namespace ?? '' }
  if (isMattermost(object)) return lookAtMattermost(object, look)
  const found = await lookAtPods(object, look)
  return found?.status === 'progressing' && !look.isLate ? undefined : found
}
