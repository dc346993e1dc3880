import type { RolloutGroup } from '../../../stages/declare/rollout-groups.ts'
import type { GroupRecord } from '../../../stages/rollout/group-record.ts'
import type { GroupView } from '../../../stages/rollout/rollout-view.ts'
import type { GroupChecks } from './group-checks.ts'

/** What the checks of a group say of what it is at; undefined where it has none. */
export function checksView(
  checks: Pick<GroupChecks, 'state'>,
  group: RolloutGroup | undefined,
  record: GroupRecord | undefined,
): Pick<GroupView, 'checking' | 'failedCheck'> | undefined {
  if (group === undefined || group.rollout.verify.length === 0) return undefined
  const { name, rollout } = group
  const at = { name, digest: record?.at.digest ?? '', checks: rollout.verify, failed: record?.failure }
  const { checks: states, failedCheck } = checks.state(at)
  const pending = states.filter(({ isPending }) => isPending)
  return {
    ...(pending.length > 0 && { checking: pending.map((check) => `${check.name}: ${check.reason}`) }),
    ...(failedCheck && { failedCheck }),
  }
}
