import type { FaultCode } from '../../model/fault-table.ts'
import type { ApiError } from './api-error.ts'

/** Refusals by webhooks and policies, which choose their words freely, and their HTTP status, too. */
const POLICY = /^admission webhook "| is forbidden: (?:Validating|Mutating)AdmissionPolicy '/

/** Refusals by kube-apiserver's own admission plug-ins, its RBAC registry, and its authorizers, all of them 403. */
const REFUSALS: readonly (readonly [RegExp, FaultCode])[] = [
  [/create not allowed while custom resource definition is terminating/, 'unknown-kind'],
  [/ is forbidden: not yet ready to handle request/, 'unavailable'],
  [/User "system:anonymous" cannot /, 'unauthenticated'],
  [/ cannot impersonate resource "/, 'impersonation-forbidden'],
  [/(?:exceeded|failed) quota: |insufficient quota to |status unknown for quota: /, 'quota-exceeded'],
  [/\b(?:minimum|maximum) \S+ usage per |max limit to request ratio per /, 'limit-range'],
  [/ violates PodSecurity "/, 'pod-security'],
  [/attempting to grant RBAC permissions not currently held/, 'privilege-escalation'],
  [/cannot set (?:an ownerRef|blockOwnerDeletion) /, 'owner-reference'],
  [
    /error looking up service account |no PriorityClass with name |RuntimeClass "[^"]*" not found/,
    'missing-reference',
  ],
  [/ is forbidden: (?:node "|unknown node for user "|can only |spec\.nodeName set to )/, 'node-restricted'],
  [/ is forbidden: (?!User ")/, 'rejected'],
]

/** Requests or objects that are too large for the API server, for its requests to etcd, or for etcd. */
const TOO_LARGE = /etcdserver: request is too large|message larger than max|Request entity too large/i

/** Whether a webhook or a policy of the cluster refused a request. */
export function isOfPolicy({ message }: ApiError): boolean {
  return POLICY.test(message)
}

/** The code of a refusal that its words tell from others; undefined for other errors. */
export function refusalCode(error: ApiError): FaultCode | undefined {
  if (isOfPolicy(error)) return 'policy-denied'
  if (isTooLarge(error)) return 'object-too-large'
  if (error.code !== 403) return undefined
  const known = REFUSALS.find(([words]) => words.test(error.message))?.[1]
  return known ?? (error.as === undefined ? undefined : 'account-forbidden')
}

/** Whether the request is too large, so that it fails however often it is sent; etcd's refusal is a 500. */
export function isTooLarge({ code, message }: ApiError): boolean {
  if (code !== 413 && code !== 500) return false
  return !POLICY.test(message) && (code === 413 || TOO_LARGE.test(message))
}

/** Whether the API server did not accept the credentials. */
export function isUnauthenticated({ code, message }: ApiError): boolean {
  return code === 401 && !POLICY.test(message)
}
