import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { LiveObject } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { Retry } from '../../model/retry.ts'
import type { Resource } from '../../model/schema.ts'
import type { Prerequisites } from './prerequisites.ts'

export interface ApplyContext {
  readonly client: ClusterClient
  /** Whose requests these are. */
  readonly lane?: string | undefined
  /** How the planned object's kind is served; undefined where it is not (yet). */
  readonly resourceOf: (plan: ObjectPlan) => Resource | undefined
  /** The plan of one object again, against what the API server holds now. */
  readonly replan: (plan: ObjectPlan, live: LiveObject | undefined) => Promise<ObjectPlan>
  /** Whether an object is deleted and created anew where Git allows it; without this it is. */
  readonly mayReplace?: boolean
  /** What creates need; without it, all is sent. */
  readonly prerequisites?: Prerequisites | undefined
  /** Told of each further try. */
  readonly onRetry?: ((what: Retry) => void) | undefined
  /** Called with the server's answer to each write; `undefined` where a deleted object is gone already. */
  readonly onWritten: (plan: ObjectPlan, answer: LiveObject | undefined) => void
  /** Called with what the API server warns of at a write, such as a deprecated version. */
  readonly onWarning: (plan: ObjectPlan, warning: string) => void
}
