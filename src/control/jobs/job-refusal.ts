import type { Fault, Location } from '../../model/fault.ts'
import { type KubernetesObject, keyOf } from '../../model/object.ts'
import { accountRefusal } from '../../stages/plan/tenancy/account-refusal.ts'
import { type Fence, refusalOf } from '../../stages/plan/tenancy/refusal-of.ts'

/** Why the configuration does not allow a Job, by the rules for what installations declare. */
export function jobRefusal(
  job: KubernetesObject,
  account: string | undefined,
  { file, line }: Location,
  guard: Fence,
): Fault | undefined {
  const guarded = { key: keyOf(job), origin: { file, line } }
  return refusalOf({ ...guarded, object: job }, guard) ?? accountRefusal(account, guarded, guard)
}
