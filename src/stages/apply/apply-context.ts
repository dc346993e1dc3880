import type { ClusterClient, Writer } from '../../adapters/cluster/client.ts'
import type { LiveObject } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { Retry } from '../../model/retry.ts'
import type { Resource } from '../../model/schema.ts'
import type { LostAnswersContext } from './lost-answers.ts'
import type { Prerequisites } from './prerequisites.ts'

export interface ApplyContext extends LostAnswersContext {
  /** Reads as Reeve itself. */
  readonly client: Pick<ClusterClient, 'get' | 'raw'>
  /** Writes a planned object, as the service account of its installation or as Reeve itself. */
  readonly writer: (plan: ObjectPlan) => Writer
  /** Lane of the limiter that the requests take. */
  readonly lane?: string | undefined
  /** The resource of the planned object; undefined where its kind is not served (yet). */
  readonly resourceOf: (plan: ObjectPlan) => Resource | undefined
  /** Plans one object again, against the state that the API server holds now. */
  readonly replan: (plan: ObjectPlan, live: LiveObject | undefined) => Promise<ObjectPlan>
  /** Whether an object may be deleted and recreated where Git allows it; default true. */
  readonly mayReplace?: (live: LiveObject) => boolean
  /** Prerequisites of writes; without them, every write is sent. */
  readonly prerequisites?: Prerequisites | undefined
  /** Called on each retry. */
  readonly onRetry?: ((what: Retry) => void) | undefined
  /**
   * Called with the server's answer to each write; `undefined` where a deleted object is already gone.
   * `replaced`: instead of being patched, the object was deleted and created.
   */
  readonly onWritten: (plan: ObjectPlan, answer: LiveObject | undefined, how?: 'replaced') => void
  /** Called with each warning that the API server returns for a write, such as a deprecated version. */
  readonly onWarning: (plan: ObjectPlan, warning: string) => void
}
