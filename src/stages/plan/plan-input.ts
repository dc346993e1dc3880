import type { ResolvedObject } from '../../model/installation.ts'
import type { KubernetesObject, LiveObject } from '../../model/object.ts'
import type { Leave } from './merge/leave.ts'
import type { Settled } from './merge/settled.ts'
import type { Owner } from './owner.ts'
import type { MergeSchema } from './schema/compiled-schema.ts'

export interface PlanObjectInput {
  readonly resolved: ResolvedObject
  readonly owner: Owner
  /** In the version that is declared; undefined where there is none. */
  readonly live: LiveObject | undefined
  /**
   * What Git declared at the revision of the object's mark; undefined where that is what it declares now,
   * or where it can't be had: then managedFields stand in for it.
   */
  readonly base?: KubernetesObject | undefined
  readonly schema: MergeSchema | undefined
  /** What the server made of this declared object before; not to be sent again. */
  readonly settled?: Settled | undefined
  /** What of the live object is left as it is, whatever Git says. */
  readonly leave?: Leave | undefined
  /** The object is to be taken over from whoever has it, whatever Git says of that. */
  readonly takeover?: Takeover | undefined
  /** Ids of the Repository's other installations that declare this object. */
  readonly declarers?: ReadonlySet<string> | undefined
}

export interface Takeover {
  /** What the former owner's own record says that it applied; undefined where it has none. */
  readonly recorded?: KubernetesObject | undefined
  /** Only its metadata changes: what else differs is immutable, and waits for the next release. */
  readonly asItIs?: boolean | undefined
}
