import type { Fault } from '../../model/fault.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import type { KubernetesObject, ObjectId, ObjectKey } from '../../model/object.ts'

/** Content of a former owner's own record. */
export interface OwnerRecord {
  readonly owner: FormerOwner
  /** Revision of a Helm release. */
  readonly revision?: number
  /** All objects that it applied; empty if there is no record. */
  readonly objects: readonly ObjectKey[]
  /** The objects as it applied them, if its record holds them. */
  readonly manifests?: ReadonlyMap<ObjectId, KubernetesObject>
  /** Keeps its objects from being taken over: the owner would undo it. */
  readonly fault?: Fault
  /** Namespaces that may hold the record of a Helm release, besides its own. */
  readonly storage?: readonly string[]
}
