import { INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../model/labels.ts'
import type { ObjectPlan } from '../../../model/plan.ts'

/** Label's value of the installation that an object is handed over from; undefined for any other write. */
export function handedOverFrom(plan: ObjectPlan): string | undefined {
  if (plan.action !== 'patch') return undefined
  const [before = {}, after = {}] = [plan.live.metadata.labels, plan.desired.metadata.labels]
  const isSameRepository = before[REPOSITORY_LABEL] === after[REPOSITORY_LABEL]
  const from = before[INSTALLATION_LABEL]
  return isSameRepository && from !== after[INSTALLATION_LABEL] ? from : undefined
}
