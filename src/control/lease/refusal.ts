import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { LiveObject } from '../../model/object.ts'

/** What in the cluster keeps a request from being carried out, as the API server's message names it. */
export interface Refusal {
  readonly by: 'webhook' | 'policy'
  /** Of a webhook its name within its configuration, of a policy that of the object. */
  readonly name: string
}

/** A webhook that does not answer, and one that says no (k8s.io/apiserver, admission webhook errors). */
const WEBHOOK = /(?:failed calling webhook|admission webhook) "([^"]+)"/
/** A ValidatingAdmissionPolicy says no, or can't be evaluated; a mutating one fails. */
const POLICY = /(?:Validating|Mutating)AdmissionPolicy ['"]([^'"]+)['"]|\bpolicy ['"]([^'"]+)['"]/i
/** The words of every authorizer (k8s.io/apiserver, ForbiddenStatusError). */
const RIGHTS = /\bcannot \w+ resource /

/** Which admission webhook or policy is in the way; undefined where it is something else. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiError)) return undefined
  const [, webhook] = WEBHOOK.exec(error.message) ?? []
  if (webhook !== undefined) return { by: 'webhook', name: webhook }
  const [, policy, other] = POLICY.exec(error.message) ?? []
  const name = policy ?? other
  return name === undefined ? undefined : { by: 'policy', name }
}

/** Whether it is rights that are missing, rather than a quota, a policy or a webhook that says no. */
export function lacksRights({ code, message }: ApiError): boolean {
  return code === 403 && RIGHTS.test(message)
}

/** Whether an object of admissionregistration.k8s.io is what refuses. */
export function isBehind({ by, name }: Refusal, { kind, metadata, ...object }: LiveObject): boolean {
  if (by === 'policy') return /AdmissionPolicy$/.test(kind) && metadata.name === name
  const webhooks = Array.isArray(object.webhooks) ? object.webhooks : []
  return /WebhookConfiguration$/.test(kind) && webhooks.some((webhook) => webhook?.name === name)
}
