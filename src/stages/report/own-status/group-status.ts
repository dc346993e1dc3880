import type { GroupReport } from '../../../model/group-report.ts'
import { type JsonObject, objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Change, InstallationState, InstallationStatus } from '../../../model/status.ts'
import { type Condition, withTimes } from './conditions.ts'
import { specCondition } from './installation-status.ts'

/**
 * `status` of an InstallationGroup object.
 *
 * @param members of the group and of the groups in it
 * @param changes of the installation that declares it
 * @param now RFC 3339, whole seconds
 * @param rollout how its members move; absent where it has no rollout
 */
export function groupStatus(
  members: readonly InstallationStatus[],
  changes: readonly Change[],
  live: LiveObject,
  now: string,
  rollout?: GroupReport,
): JsonObject {
  const before = objectIn(live.status)
  const generation = live.metadata.generation ?? 0
  const count = (wanted: InstallationState) => members.filter(({ state }) => state === wanted).length
  const [healthy, hibernated] = [count('healthy'), count('hibernated')]
  const isReady = healthy + hibernated === members.length
  const condition = {
    type: 'Ready',
    status: isReady ? 'True' : 'False',
    reason: isReady ? 'AllHealthy' : 'SomeNotHealthy',
    message: `${healthy} of ${members.length} members are healthy${hibernated > 0 ? `, ${hibernated} hibernated` : ''}`,
  } as const
  return {
    observedGeneration: generation,
    members: members.length,
    healthy,
    ...(hibernated > 0 && { hibernated }),
    ...(rollout && { rollout: shownRollout(rollout) }),
    conditions: withTimes(
      [
        condition,
        ...(rollout ? [rolloutCondition(rollout)] : []),
        specCondition({ changes, problems: [] }, live),
      ],
      before.conditions,
      generation,
      now,
    ),
  }
}

function shownRollout({ state, commit, moved, members, waits }: GroupReport): JsonObject {
  return {
    state,
    commit,
    abbreviatedCommit: commit.slice(0, 7),
    moved: `${moved}/${members}`,
    ...(waits !== undefined && { waits }),
  }
}

function rolloutCondition({ state, waits = 'all members are at the head' }: GroupReport): Condition {
  return {
    type: 'RolledOut',
    status: state === 'done' ? 'True' : 'False',
    reason: state.charAt(0).toUpperCase() + state.slice(1),
    message: waits,
  }
}
