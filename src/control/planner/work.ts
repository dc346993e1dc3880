import type { KubernetesObject, ObjectId } from '../../model/object.ts'
import type { Scope } from '../../support/concurrency/work-queue.ts'

/** What is to be looked at. */
export interface Work {
  /** The installation's name. */
  readonly name: string
  /** Its id, the value of its objects' label. */
  readonly id: string
  readonly scope: Scope<ObjectId>
  /** Full id of the commit that the fleet is at. */
  readonly head: string
}

/** An object as it was asked for, and the resourceVersion of the server's answer. */
export interface Written {
  readonly desired: KubernetesObject
  readonly resourceVersion: string
}
