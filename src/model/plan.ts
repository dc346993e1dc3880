import type { Fault } from './fault.ts'
import type { Forecast } from './forecast.ts'
import type { Origin } from './installation.ts'
import type { JsonValue } from './json.ts'
import type { InstallationNotice } from './notice.ts'
import type { KubernetesObject, LiveObject, ObjectKey } from './object.ts'
import type { Revision } from './revision.ts'
import type { Sensitive } from './sensitive.ts'

/** One operation of a JSON patch (RFC 6902), of the four kinds that Reeve sends. */
export type PatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'test'; readonly path: string; readonly value: JsonValue }

/** The action on one object: a closed union by `action`. */
export type ObjectPlan = CreatePlan | PatchPlan | DeletePlan | UnchangedPlan | BlockedPlan

interface PlanBase {
  readonly key: ObjectKey
  /** Its place in Git; absent where Git no longer declares the object. */
  readonly origin?: Origin
  /** Parts of the object to redact; absent where there are none. */
  readonly sensitive?: Sensitive
}

export interface CreatePlan extends PlanBase {
  readonly action: 'create'
  /** The object to POST, with Reeve's label and annotation. */
  readonly desired: KubernetesObject
}

export interface PatchPlan extends PlanBase {
  readonly action: 'patch'
  /** Guarded: begins with the tests of uid and resourceVersion. */
  readonly patch: readonly PatchOperation[]
  readonly live: LiveObject
  readonly desired: KubernetesObject
  /** The base that live was compared with; absent where none was determined. */
  readonly base?: PatchBase
  /**
   * The object is deleted and created instead: the API server refuses the patch, or the object runs once in each
   * release.
   */
  readonly isReplacement?: true
  readonly left?: readonly IgnoredField[]
}

export interface DeletePlan extends PlanBase {
  readonly action: 'delete'
  readonly live: LiveObject
  /** A commit allows the deletion explicitly, so that it does not wait for unresolved objects. */
  readonly isAllowed?: true
  /** Of a copy that nothing selects: it waits for nothing. */
  readonly isUnused?: true
  /** Refused objects that may be applied once this one is gone. */
  readonly frees?: readonly ObjectKey[]
}

export interface UnchangedPlan extends PlanBase {
  readonly action: 'unchanged'
  /** Absent where the object neither exists nor is declared. */
  readonly live?: LiveObject
  readonly left?: readonly IgnoredField[]
}

export interface BlockedPlan extends PlanBase {
  readonly action: 'blocked'
  readonly fault: Fault
  readonly live?: LiveObject
  /** The wave of the declared object; absent where Git no longer declares it. */
  readonly wave?: number
  /** Milliseconds until it is checked again, where it is retried by time. */
  readonly retryInMs?: number
}

/** A field that differs from Git and is left as it is. */
export interface IgnoredField {
  /** JSON pointer; elements of lists by their keys: `/spec/containers/[name=app]/image`. */
  readonly pointer: string
  /** undefined where Git no longer declares the field; null where Git declares that it is absent. */
  readonly declared: JsonValue | undefined
  /** undefined where the live object lacks the field. */
  readonly live: JsonValue | undefined
  readonly why: IgnoredReason
}

export type IgnoredReason =
  /** The API server made it from the declared value. */
  | { readonly reason: 'settled' }
  /** `rule` is the pointer of the rule that ignores the field. */
  | { readonly reason: 'ignored'; readonly rule: string }
  /** A controller, or the API server, decides the field: `by` names it. */
  | { readonly reason: 'controlled'; readonly by: string }
  /** Reeve sent the value when Git last changed it; `rule` as above. */
  | { readonly reason: 'once'; readonly rule: string }
  /** Another field manager owns it: a rule names the manager, or Git no longer declares the field. */
  | { readonly reason: 'owned'; readonly manager: string }
  /** Set by a HorizontalPodAutoscaler; undefined where Reeve may not see which. */
  | { readonly reason: 'autoscaled'; readonly autoscaler: string | undefined }

/**
 * The base of a merge: the declaration that was last applied to the object.
 * - `same`: the current declaration; the object drifted
 * - `commit`: the declaration at that revision
 * - `managed-fields`: the earlier declaration is unavailable; the fields that Reeve wrote stand in for it
 * - `adopted`: the record of the former owners
 * - `none`: no base is known, so nothing is removed
 */
export type PatchBase =
  | { readonly kind: 'same' | 'commit'; readonly revision: Revision }
  | { readonly kind: 'managed-fields' | 'none' }
  | { readonly kind: 'adopted'; readonly from: readonly string[] }

/** What a sync would do to one installation at one commit; objects in the order of their stages. */
export interface Plan {
  /** The installation's name. */
  readonly installation: string
  /** The revision that it moves to. */
  readonly revision: Revision
  readonly objects: readonly ObjectPlan[]
  /** Why it is held: nothing of this revision is applied, and it is healed at its last good revision. */
  readonly held?: readonly Fault[]
}

/** The result of `reeve plan`. */
export interface PlanReport {
  /** One per installation, sorted by name, including those without differences. */
  readonly plans: readonly Plan[]
  /** Faults of the documents. The affected installations stay as they are. */
  readonly faults: readonly Fault[]
  /** The cluster that Git is compared with. */
  readonly target?: PlanTarget
  /** How much of the plan the API server checked as a dry run. */
  readonly dryRun?: DryRun
  /** Objects and kinds that could not be read, so that a sync may differ from the plan. */
  readonly warnings?: readonly Fault[]
  /** Notices about what Git declares; absent where there are none. */
  readonly notices?: readonly InstallationNotice[]
  /** When rollouts bring members to what they inherit; absent where none is to move. */
  readonly rollout?: Forecast
}

export interface PlanTarget {
  /** The cluster's name, as --cluster gives it. */
  readonly cluster: string
  /** The kubeconfig's current context. */
  readonly context: string
  /** The API server's URL, without credentials. */
  readonly server: string
}

export interface DryRun {
  readonly shown: 'all' | 'partial' | 'none'
  /** The API server's message, where the account may not run all of it. */
  readonly reason?: string
}
