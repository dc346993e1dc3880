import type { Fault } from './fault.ts'
import type { Origin } from './installation.ts'
import type { JsonValue } from './json.ts'
import type { KubernetesObject, LiveObject, ObjectKey } from './object.ts'

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
}

export interface DeletePlan extends PlanBase {
  readonly action: 'delete'
  readonly live: LiveObject
}

export interface UnchangedPlan extends PlanBase {
  readonly action: 'unchanged'
  /** Absent where nothing is there and nothing is to be. */
  readonly live?: LiveObject
}

export interface BlockedPlan extends PlanBase {
  readonly action: 'blocked'
  readonly fault: Fault
  readonly live?: LiveObject
}

/** What would happen to one installation at one commit; objects in the order of their stages. */
export interface Plan {
  /** The installation's name. */
  readonly installation: string
  /** Full id of the commit that it moves to. */
  readonly commit: string
  readonly objects: readonly ObjectPlan[]
}

/** What `reeve plan` found out. */
export interface PlanReport {
  /** One for each installation, sorted by name; also those without differences. */
  readonly plans: readonly Plan[]
  /** What is wrong in the documents. The installations concerned stay as they are. */
  readonly faults: readonly Fault[]
}
