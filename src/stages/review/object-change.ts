import type { ResolvedObject } from '../../model/installation.ts'
import type { ObjectPlan } from '../../model/plan.ts'

/** What a change of Git does to one object that it declares otherwise, or that the API server refuses. */
export interface ObjectChange {
  /** Its plan at the merged tree, as the API server accepts it: what it refuses is blocked. */
  readonly plan: ObjectPlan
  /** The same at the head of the target branch; absent where there is none. */
  readonly pending?: ObjectPlan | undefined
  /** As the head of the target branch declares it; absent where it does not. */
  readonly before?: ResolvedObject | undefined
  /** As the merged tree declares it; absent where it does not. */
  readonly after?: ResolvedObject | undefined
}
