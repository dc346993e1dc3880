import { type Fault, fault, type Location } from '../../../model/fault.ts'
import { describeKey, idOf, type KubernetesObject, type ObjectKey } from '../../../model/object.ts'
import type { Allowed, OwnPlace } from '../../../model/tenancy.ts'
import { isOwnRbac } from './is-own-rbac.ts'
import type { OwnRoles } from './own-roles.ts'
import { identity, notListed, otherNamespace, protectedNamespace } from './reasons.ts'

/** What an administrator allows, and what Reeve is in the cluster. */
export interface Fence {
  readonly allow: Allowed
  readonly own: OwnPlace
}

/** A fence, and what it takes the cluster to tell. */
export interface Guard extends Fence {
  /** Asks the cluster for the roles that Reeve's own rights come from. */
  readonly askOwnRoles: () => Promise<OwnRoles>
}

/** An object that is to be written or deleted. */
export interface Guarded {
  readonly key: ObjectKey
  /** As it is declared, or as it is where it is to be deleted. */
  readonly object: KubernetesObject
  /** As it is, if it is there. */
  readonly live?: KubernetesObject | undefined
  readonly origin?: Location | undefined
}

/** Why an object is refused that belongs to Reeve itself. */
export const OWN_OBJECT = "it is part of Reeve's own installation (allow.protected)"

/** Why the configuration does not allow an object, as a fault at its place in Git; undefined where it does. */
export function refusalOf(guarded: Guarded, guard: Fence): Fault | undefined {
  const why = reasonOf(guarded, guard)
  return why === undefined ? undefined : deny(guarded, why)
}

/**
 * Why the configuration does not allow a document of Reeve's own kinds as an object of the cluster.
 * @param home namespace of documents that name none
 */
export function documentRefusal(guarded: Guarded, { allow, own }: Fence, home: string): Fault | undefined {
  const { key } = guarded
  if (key.namespace === home) return undefined
  const why = protectedNamespace(key, allow, own) ?? otherNamespace(key, allow)
  return why === undefined ? undefined : deny(guarded, why)
}

export function deny({ key, origin }: Guarded, why: string): Fault {
  return fault('not-allowed', `${describeKey(key)}: ${why}`, {
    location: origin && { file: origin.file, line: origin.line },
    object: idOf(key),
  })
}

function reasonOf({ key, object, live }: Guarded, { allow, own }: Fence): string | undefined {
  return (
    protectedNamespace(key, allow, own) ??
    ownObject(key, object, allow, own) ??
    (live && ownObject(key, live, allow, own)) ??
    identity(key, object, allow) ??
    (live && identity(key, live, allow)) ??
    notListed(key, allow)
  )
}

function ownObject(
  key: ObjectKey,
  object: KubernetesObject,
  { protected: opened }: Allowed,
  own: OwnPlace,
): string | undefined {
  if (opened.includes('reeve')) return undefined
  const isOwn = own.objects.has(idOf(key)) || isOwnCrd(key) || isOwnRbac(key, object, own)
  return isOwn ? OWN_OBJECT : undefined
}

function isOwnCrd({ group, kind, name }: ObjectKey): boolean {
  return (
    group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition' && name.endsWith('.reeve.dev')
  )
}
