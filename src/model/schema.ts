import type { JsonValue } from './json.ts'
import type { GroupVersionKind } from './object.ts'

/** How a list merges (OpenAPI extensions x-kubernetes-list-type, -list-map-keys, -patch-*). */
export type ListMerge =
  | { readonly type: 'atomic' }
  | { readonly type: 'set' }
  | { readonly type: 'map'; readonly keys: readonly ListMapKey[] }

export interface ListMapKey {
  readonly name: string
  /** The server's default for an element without the key, such as `TCP` for `protocol`. */
  readonly default?: JsonValue
}

/** The server's format of a scalar: two different texts may mean the same value. */
export type ScalarFormat = 'plain' | 'double' | 'quantity' | 'duration' | 'time' | 'int-or-string' | 'bytes'

/** The API server's schema of one field and those below it. Resolved lazily. */
export interface FieldSchema {
  readonly type: 'object' | 'map' | 'list' | 'scalar' | 'any'
  readonly format: ScalarFormat
  readonly list: ListMerge
  /** A map or object that merges as one value (x-kubernetes-map-type: atomic). */
  readonly atomic: boolean
  /** The server keeps fields that the schema does not name. */
  readonly open: boolean
  /** A Go type of Kubernetes itself, whose empty maps and lists the server drops. */
  readonly dropsEmpty: boolean
  /** The schema of a named field or of a map's values; undefined where there is none. */
  field(name: string): FieldSchema | undefined
  /** The schema of a list's elements. */
  items(): FieldSchema | undefined
}

/** The schema of a kind; undefined where the server publishes none. */
export type SchemaOf = (gvk: GroupVersionKind) => FieldSchema | undefined

/** How the API server serves a kind (APIResource of the discovery API). */
export interface Resource extends GroupVersionKind {
  /** Plural name, the last word of the URL path. */
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Its objects have a status, which their controller writes (subresource `status`). */
  readonly hasStatus?: boolean
}

const TERMINATING_VERBS = 'delete,deletecollection,get,list,watch'

/** Whether a kind allows a verb, such as `watch`; any verb where its API lists none. */
export function allows({ verbs }: Pick<Resource, 'verbs'>, verb: string): boolean {
  return verbs.length === 0 || verbs.includes(verb)
}

/**
 * Whether the definition of a kind is being deleted. Until it is gone, its objects can be read and deleted, but
 * not written (discovery controller of apiextensions-apiserver).
 */
export function isTerminating({ verbs }: Pick<Resource, 'verbs'>): boolean {
  return [...verbs].sort().join() === TERMINATING_VERBS
}

/** The kinds that the cluster serves, or will serve once the declared CRDs exist. */
export interface Kinds {
  /** The resource of exactly this version; undefined where it is not served. */
  resource(gvk: GroupVersionKind): Resource | undefined
  /** The resource in the server's preferred version. */
  preferred(group: string, kind: string): Resource | undefined
  all(): readonly Resource[]
  /** `group/version` of aggregated APIs that do not respond: their kinds may be missing. */
  readonly unavailable: readonly string[]
}
