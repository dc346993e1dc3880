import { INSTALLATION_LABEL } from '../../../model/labels.ts'
import type { ObjectPlan } from '../../../model/plan.ts'

/** Id of the installation that hands the object over, if any. */
export function handedOverFrom(plan: ObjectPlan): string | undefined {
  if (plan.action !== 'patch') return undefined
  const before = plan.live.metadata.labels?.[INSTALLATION_LABEL]
  const after = plan.desired.metadata.labels?.[INSTALLATION_LABEL]
  return before !== undefined && before !== after ? before : undefined
}
