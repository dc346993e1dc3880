import { randomBytes } from 'node:crypto'
import type { Fault } from '../../model/fault.ts'
import { Secret } from '../../model/secret.ts'
import { Sealer } from '../../stages/plan/sealer.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { reviewChange } from '../../stages/review/review-change.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { ChangePlan } from './change-plan.ts'

export interface ReviewOfOptions {
  /** Name of the Repository. */
  readonly repository: string
  readonly cluster: string
  /** Name of the change. */
  readonly change: string
  /** Full id of the change's newest commit. */
  readonly head: string
  /** The fleet at the head of its target. */
  readonly target: Fleet
  /** Its plan, or why there is none. */
  readonly plan: ChangePlan | Fault
  /** Makes its digests; without a key, they are other ones each time, so that nothing counts as reviewed. */
  readonly sealer: Sealer | undefined
  /** Faults found while reading that limit the plan. */
  readonly warnings?: readonly Fault[]
  /** Also tell fields that are left as they are, and the merge base of each change. */
  readonly explain?: boolean | undefined
}

/** The review of a change in one cluster. */
export function reviewOf({
  repository,
  cluster,
  change,
  head,
  target,
  plan,
  sealer,
  warnings = [],
  explain = false,
}: ReviewOfOptions): ClusterReview {
  const key = sealer ?? new Sealer(new Secret(randomBytes(32).toString('base64')))
  const installations = target.installations.size
  const about = {
    repository,
    cluster,
    change,
    commits: { head, target: target.commit.oid },
    plannedAt: new Date(),
    before: installations,
    digest: (text: string) => key.digest(text),
    explain,
  }
  const none = { touched: [], conflicts: [], installations, warnings, dryRun: { shown: 'all' } as const }
  if ('code' in plan) return { ...reviewChange({ ...about, ...none }), faults: [faultOfChange(plan)] }
  const { merge, touched, dryRun, rollout } = plan
  return reviewChange({
    ...about,
    ...none,
    touched,
    rollout,
    installations: plan.installations,
    conflicts: merge?.conflicts ?? [],
    dryRun,
  })
}

function faultOfChange({ code, message, remedy }: Fault): ClusterReview['faults'][number] {
  return { code, message, remedy }
}
