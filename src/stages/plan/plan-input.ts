import type { ResolvedObject } from '../../model/installation.ts'
import type { KubernetesObject, LiveObject } from '../../model/object.ts'
import type { Leave } from './merge/leave.ts'
import type { Settled } from './merge/settled.ts'
import type { Owner } from './owner.ts'
import type { MergeSchema } from './schema/compiled-schema.ts'

export interface PlanObjectInput {
  readonly resolved: ResolvedObject
  readonly owner: Owner
  /** The live object in the declared version; undefined where it does not exist. */
  readonly live: LiveObject | undefined
  /**
   * The object as declared at the revision of its mark; undefined where that equals the current declaration,
   * or is not available: then managedFields replace it.
   */
  readonly base?: KubernetesObject | undefined
  readonly schema: MergeSchema | undefined
  /** Differences that the server made of this declared object before; they are not sent again. */
  readonly settled?: Settled | undefined
  /** Parts of the live object that stay as they are, whatever Git declares. */
  readonly leave?: Leave | undefined
  /** Take the object over from its current owner, whatever Git says about adoption. */
  readonly takeover?: Takeover | undefined
  /** Ids of the Repository's other installations that declare this object. */
  readonly declarers?: ReadonlySet<string> | undefined
}

export interface Takeover {
  /** The object that the former owner recorded as applied; undefined where there is no record. */
  readonly recorded?: KubernetesObject | undefined
  /** Change only its metadata: other differences are immutable, and wait for the next release. */
  readonly asItIs?: boolean | undefined
}
