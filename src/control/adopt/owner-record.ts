import type { Fault } from '../../model/fault.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import type { KubernetesObject, ObjectId, ObjectKey } from '../../model/object.ts'

/** What a former owner's own record says. */
export interface OwnerRecord {
  readonly owner: FormerOwner
  /** Of a Helm release. */
  readonly revision?: number
  /** All that it applied; empty where there is no record. */
  readonly objects: readonly ObjectKey[]
  /** The objects as it applied them, where its record holds them. */
  readonly manifests?: ReadonlyMap<ObjectId, KubernetesObject>
  /** What keeps its objects from being taken over: it would undo it. */
  readonly fault?: Fault
  /** Namespaces where the record of a Helm release may be, its own aside. */
  readonly storage?: readonly string[]
}
