import type { WriteOptions } from '../../adapters/cluster/client.ts'
import type { CreatePlan, PatchPlan } from '../../model/plan.ts'
import type { ApplyContext } from './apply-context.ts'

/** What the server says of an object with secrets in it quotes no values. */
export function writeOptions(plan: CreatePlan | PatchPlan, { lane, onWarning }: ApplyContext): WriteOptions {
  return {
    lane,
    secret: plan.sensitive !== undefined,
    onWarning: (warning) => onWarning(plan, warning),
  }
}
