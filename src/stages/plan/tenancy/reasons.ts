import { type ObjectKey, qualifiedKind } from '../../../model/object.ts'
import {
  type Allowed,
  matchesPattern,
  namespaceOf,
  type OwnPlace,
  SYSTEM_NAMESPACES,
} from '../../../model/tenancy.ts'

// Why the configuration does not allow an object to be written or looked up; each names the key that would allow it.

/** What is known of an object besides its key. */
export interface Content {
  readonly type?: unknown
  readonly metadata?: { readonly annotations?: Readonly<Record<string, unknown>> }
}

/** Types of Secrets that the control plane fills with, or accepts as, credentials. */
const TOKEN_TYPES: ReadonlySet<unknown> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
])

/** Annotation of a Secret: the service account whose token it has. */
const TOKEN_OF = 'kubernetes.io/service-account.name'

/** Why an object is not allowed by its namespace, whatever is listed. */
export function protectedNamespace(key: ObjectKey, allow: Allowed, own: OwnPlace): string | undefined {
  const namespace = namespaceOf(key)
  const isProtected = SYSTEM_NAMESPACES.has(namespace) || namespace === own.namespace
  if (!isProtected || allow.protected.includes(namespace) || allow.namespaces?.includes(namespace))
    return undefined
  return `the namespace ${namespace} is protected (allow.protected)`
}

/** Why an object is not allowed that stands for an identity. */
export function identity(
  { group, kind }: ObjectKey,
  object: Content,
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
function isTokenSecret({ type, metadata }: Content): boolean {
  return TOKEN_TYPES.has(type) || metadata?.annotations?.[TOKEN_OF] !== undefined
}

/** Objects without a namespace are outside of all listed ones: their kind must be listed. */
export function notListed(key: ObjectKey, allow: Allowed): string | undefined {
  const { namespaces, kinds } = allow
  const unlisted = kindNotListed(key, allow)
  if (unlisted !== undefined || namespaces === undefined) return unlisted
  if (namespaceOf(key) !== '') return otherNamespace(key, allow)
  return kinds === undefined
    ? 'it is in none of the namespaces allowed (allow.namespaces), and its kind is not named (allow.kinds)'
    : undefined
}

export function otherNamespace(key: ObjectKey, { namespaces }: Allowed): string | undefined {
  const namespace = namespaceOf(key)
  return namespaces === undefined || namespaces.some((pattern) => matchesPattern(pattern, namespace))
    ? undefined
    : `the namespace ${namespace} is not among those allowed (allow.namespaces)`
}

/** Why no object of a kind is allowed. */
export function kindNotListed(key: ObjectKey, { kinds }: Allowed): string | undefined {
  const kind = qualifiedKind(key)
  return kinds === undefined || kinds.some((pattern) => matchesPattern(pattern, kind))
    ? undefined
    : `the kind ${kind} is not among those allowed (allow.kinds)`
}
