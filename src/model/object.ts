import type { JsonObject, JsonValue } from './json.ts'

/** The parts of `metadata` that Reeve reads or writes (Kubernetes ObjectMeta). */
export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly deletionTimestamp?: string
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly JsonObject[]
  readonly managedFields?: readonly JsonObject[]
  readonly [field: string]: JsonValue | undefined
}

/** One Kubernetes object, as declared in Git or as held by the API server. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: JsonValue | ObjectMeta | undefined
}

/** An object as the API server returns it: it has an identity and a version. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: ObjectMeta & { readonly uid: string; readonly resourceVersion: string }
}

/** The name of a kind; `group` is empty for the core group. */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** The identity of an object in a cluster; `namespace` is empty for cluster-scoped kinds. */
export interface ObjectKey {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** An ObjectKey as one string, `group/Kind/namespace/name`: the key of all maps of objects. */
export type ObjectId = string & { readonly __objectId?: never }

export function gvkOf(object: { readonly apiVersion: string; readonly kind: string }): GroupVersionKind {
  const slash = object.apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : object.apiVersion.slice(0, slash),
    version: object.apiVersion.slice(slash + 1),
    kind: object.kind,
  }
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<GroupVersionKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** The key of an object whose metadata.namespace is already the one that it has in the cluster. */
export function keyOf(object: KubernetesObject): ObjectKey {
  const { group, kind } = gvkOf(object)
  return { group, kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name }
}

/** Whether the API server deletes an object as soon as its finalizers are done (meta/v1). */
export function isBeingDeleted({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined
}

/** The owner that is an object's controller and made it (meta/v1 OwnerReference). */
export function controllerOf({ metadata }: KubernetesObject): JsonObject | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** Whether another object controls this one. */
export function hasController(object: KubernetesObject): boolean {
  return controllerOf(object) !== undefined
}

export function idOf(key: ObjectKey): ObjectId {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}`
}

export function parseId(id: ObjectId): ObjectKey {
  const [group = '', kind = '', namespace = '', ...name] = id.split('/')
  return { group, kind, namespace, name: name.join('/') }
}

/** `ConfigMap` or `Deployment.apps`. */
export function qualifiedKind({ group, kind }: Pick<ObjectKey, 'group' | 'kind'>): string {
  return group === '' ? kind : `${kind}.${group}`
}

/** Describes an object for people: `Deployment.apps eu/web`, `Namespace eu`. */
export function describeKey(key: ObjectKey): string {
  const kind = qualifiedKind(key)
  return key.namespace === '' ? `${kind} ${key.name}` : `${kind} ${key.namespace}/${key.name}`
}
