import { type Fault, fault, type Location } from '../../../model/fault.ts'
import { describeKey, idOf, type KubernetesObject, type ObjectKey } from '../../../model/object.ts'
import { type Allowed, matchesPattern, type OwnPlace, SYSTEM_NAMESPACES } from '../../../model/tenancy.ts'
import { isOwnRbac } from './is-own-rbac.ts'
import type { OwnRoles } from './own-roles.ts'

/** What an administrator allows, and what Reeve is in the cluster. */
export interface Guard {
  readonly allow: Allowed
  readonly own: OwnPlace
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

/** Types of Secrets that the control plane fills with, or accepts as, credentials. */
const TOKEN_TYPES: ReadonlySet<unknown> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
])

/** Annotation of a Secret: the service account whose token it has. */
const TOKEN_OF = 'kubernetes.io/service-account.name'

/** Why the configuration does not allow an object, as a fault at its place in Git; undefined where it does. */
export function refusalOf(guarded: Guarded, guard: Pick<Guard, 'allow' | 'own'>): Fault | undefined {
  const why = reasonOf(guarded, guard)
  return why === undefined ? undefined : deny(guarded, why)
}

export function deny({ key, origin }: Guarded, why: string): Fault {
  return fault('not-allowed', `${describeKey(key)}: ${why}`, {
    location: origin && { file: origin.file, line: origin.line },
    object: idOf(key),
  })
}

function reasonOf(
  { key, object, live = object }: Guarded,
  { allow, own }: Pick<Guard, 'allow' | 'own'>,
): string | undefined {
  return (
    protectedNamespace(key, allow, own) ??
    ownObject(key, object, allow, own) ??
    ownObject(key, live, allow, own) ??
    identity(key, object, allow) ??
    identity(key, live, allow) ??
    notListed(key, allow)
  )
}

function protectedNamespace(key: ObjectKey, allow: Allowed, own: OwnPlace): string | undefined {
  const namespace = namespaceOf(key)
  const isProtected = SYSTEM_NAMESPACES.has(namespace) || namespace === own.namespace
  if (!isProtected || allow.protected.includes(namespace) || allow.namespaces?.includes(namespace))
    return undefined
  return `the namespace ${namespace} is protected (allow.protected)`
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

function identity(
  { group, kind }: ObjectKey,
  object: KubernetesObject,
  { identities }: Allowed,
): string | undefined {
  if (identities) return undefined
  const isToken = group === '' && kind === 'Secret' && isTokenSecret(object)
  const isRequest = group === 'certificates.k8s.io' && kind === 'CertificateSigningRequest'
  return isToken || isRequest
    ? 'it makes the credentials of an identity readable (allow.identities)'
    : undefined
}

/** By its type, or by the account whose token the control plane is to fill in, if the type is not declared. */
function isTokenSecret({ type, metadata }: KubernetesObject): boolean {
  return TOKEN_TYPES.has(type) || metadata.annotations?.[TOKEN_OF] !== undefined
}

/** Objects without a namespace are outside of all listed ones: their kind must be listed. */
function notListed(key: ObjectKey, { namespaces, kinds }: Allowed): string | undefined {
  const kind = key.group === '' ? key.kind : `${key.kind}.${key.group}`
  if (kinds && !kinds.some((pattern) => matchesPattern(pattern, kind)))
    return `the kind ${kind} is not among those allowed (allow.kinds)`
  if (namespaces === undefined) return undefined
  const namespace = namespaceOf(key)
  if (namespace === '' && kinds === undefined)
    return `it is in none of the namespaces allowed (allow.namespaces), and its kind is not named (allow.kinds)`
  return namespace === '' || namespaces.some((pattern) => matchesPattern(pattern, namespace))
    ? undefined
    : `the namespace ${namespace} is not among those allowed (allow.namespaces)`
}

/** The namespace that an object is in, or is. */
function namespaceOf({ group, kind, namespace, name }: ObjectKey): string {
  return group === '' && kind === 'Namespace' ? name : namespace
}
