import type { Fault } from './fault.ts'
import type { Origin } from './installation.ts'
import type { JsonValue } from './json.ts'
import type { KubernetesObject, LiveObject, ObjectKey } from './object.ts'
import type { Revision } from './revision.ts'
import type { Sensitive } from './sensitive.ts'

/** One operation of a JSON patch (RFC 6902), of the four kinds that Reeve sends. */
export type PatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'test'; readonly path: string; readonly value: JsonValue }

/** What happens to one object. A closed union: `action` tells which. */
export type ObjectPlan = CreatePlan | PatchPlan | DeletePlan | UnchangedPlan | BlockedPlan

interface PlanBase {
  readonly key: ObjectKey
  /** Where Git declares it; absent for what Git no longer declares. */
  readonly origin?: Origin
  /** What of the object is not to be shown; absent where all is. */
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
  /** What live was compared with; absent where nobody worked it out. */
  readonly base?: PatchBase
  readonly left?: readonly IgnoredField[]
}

export interface DeletePlan extends PlanBase {
  readonly action: 'delete'
  readonly live: LiveObject
  /** A commit says that it goes in any case: it waits for nothing that is unresolved. */
  readonly isAllowed?: true
  /** Refused objects that may be applied once this one is gone. */
  readonly frees?: readonly ObjectKey[]
}

export interface UnchangedPlan extends PlanBase {
  readonly action: 'unchanged'
  /** Absent where nothing is there and nothing is to be. */
  readonly live?: LiveObject
  readonly left?: readonly IgnoredField[]
}

export interface BlockedPlan extends PlanBase {
  readonly action: 'blocked'
  readonly fault: Fault
  readonly live?: LiveObject
  /** The wave that the declared object would go in; absent for what Git no longer declares. */
  readonly wave?: number
  /** Milliseconds until it is looked at again, where that is by time. */
  readonly retryInMs?: number
}

/** A field that is not as Git declares it, and is left as it is. */
export interface IgnoredField {
  /** Elements of lists by their keys: `/spec/containers/[name=app]/image`. */
  readonly pointer: string
  /** undefined where Git no longer says anything; null where it says that nothing is to be there. */
  readonly declared: JsonValue | undefined
  /** undefined where the live object lacks the field. */
  readonly live: JsonValue | undefined
  readonly why: IgnoredReason
}

export type IgnoredReason =
  /** It is what the API server made of the declared value. */
  | { readonly reason: 'settled' }
  /** `rule` is the pointer of the rule that says so. */
  | { readonly reason: 'ignored'; readonly rule: string }
  /** Git said it before, and it was sent then; `rule` as above. */
  | { readonly reason: 'once'; readonly rule: string }
  /** Another field manager has it: a rule names the manager, or Git no longer declares the field. */
  | { readonly reason: 'owned'; readonly manager: string }
  /** By a HorizontalPodAutoscaler; undefined where Reeve may not see which. */
  | { readonly reason: 'autoscaled'; readonly autoscaler: string | undefined }

/**
 * What a patch is merged with, that is what Git said when the object was last applied:
 * - `same`: what it says now; the object drifted
 * - `commit`: what it said at that revision
 * - `managed-fields`: that cannot be had; what Reeve wrote stands in for it
 * - `adopted`: the record of those who had the object until now
 * - `none`: nothing is known of before, so nothing is removed
 */
export type PatchBase =
  | { readonly kind: 'same' | 'commit'; readonly revision: Revision }
  | { readonly kind: 'managed-fields' | 'none' }
  | { readonly kind: 'adopted'; readonly from: readonly string[] }

/** What would happen to one installation at one commit; objects in the order of their stages. */
export interface Plan {
  /** The installation's name. */
  readonly installation: string
  /** What it moves to. */
  readonly revision: Revision
  readonly objects: readonly ObjectPlan[]
  /** Why nothing of it is applied: it stays at its last good revision, and is healed there. */
  readonly held?: readonly Fault[]
}

/** What `reeve plan` found out. */
export interface PlanReport {
  /** One for each installation, sorted by name; also those without differences. */
  readonly plans: readonly Plan[]
  /** What is wrong in the documents. The installations concerned stay as they are. */
  readonly faults: readonly Fault[]
  /** The cluster that Git is compared with. */
  readonly target?: PlanTarget
  /** How much of the plan the API server was shown as a dry run. */
  readonly dryRun?: DryRun
  /** What could not be looked at, so that a sync may do otherwise. */
  readonly warnings?: readonly Fault[]
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
  /** What the API server says, where the account may not do all of it. */
  readonly reason?: string
}
