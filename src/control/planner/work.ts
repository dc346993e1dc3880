import type { KubernetesObject, ObjectId } from '../../model/object.ts'
import type { Scope } from '../../support/concurrency/work-queue.ts'

/** Work of one round: an installation, and which of its objects to process. */
export interface Work {
  /** Name of the installation. */
  readonly name: string
  /** Id of the installation: the value of its objects' label. */
  readonly id: string
  readonly scope: Scope<ObjectId>
  /** Full id of the commit that the fleet is at. */
  readonly head: string
}

/** An object as it was sent, and the resourceVersion of the server's answer. */
export interface Written {
  readonly desired: KubernetesObject
  readonly resourceVersion: string
}
