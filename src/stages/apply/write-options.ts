import type { WriteOptions } from '../../adapters/cluster/client.ts'
import type { CreatePlan, PatchPlan } from '../../model/plan.ts'
import type { ApplyContext } from './apply-context.ts'

/** Options of a write; the server's messages about an object with secrets quote no values. */
export function writeOptions(plan: CreatePlan | PatchPlan, { lane, onWarning }: ApplyContext): WriteOptions {
  return {
    lane,
    secret: plan.sensitive !== undefined,
    onWarning: (warning) => onWarning(plan, warning),
  }
}
