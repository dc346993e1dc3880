import { INSTALLATION_LABEL } from '../../model/labels.ts'
import type { ObjectPlan } from '../../model/plan.ts'

/** The id of the installation that the object moves away from, where it moves. */
export function handedOverFrom(plan: ObjectPlan): string | undefined {
  if (plan.action !== 'patch') return undefined
  const before = plan.live.metadata.labels?.[INSTALLATION_LABEL]
  const after = plan.desired.metadata.labels?.[INSTALLATION_LABEL]
  return before !== undefined && before !== after ? before : undefined
}
