import { type JsonObject, objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Change, InstallationStatus } from '../../../model/status.ts'
import { withTimes } from './conditions.ts'
import { specCondition } from './installation-status.ts'

/**
 * `status` of an InstallationGroup object.
 *
 * @param members of the group and of the groups in it
 * @param changes of the installation that declares it
 * @param now RFC 3339, whole seconds
 */
export function groupStatus(
  members: readonly InstallationStatus[],
  changes: readonly Change[],
  live: LiveObject,
  now: string,
): JsonObject {
  const before = objectIn(live.status)
  const generation = live.metadata.generation ?? 0
  const healthy = members.filter(({ state }) => state === 'healthy').length
  const isReady = healthy === members.length
  const condition = {
    type: 'Ready',
    status: isReady ? 'True' : 'False',
    reason: isReady ? 'AllHealthy' : 'SomeNotHealthy',
    message: `${healthy} of ${members.length} members are healthy`,
  } as const
  return {
    observedGeneration: generation,
    members: members.length,
    healthy,
    conditions: withTimes(
      [condition, specCondition({ changes, problems: [] }, live)],
      before.conditions,
      generation,
      now,
    ),
  }
}
