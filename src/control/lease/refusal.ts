import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { LiveObject } from '../../model/object.ts'

/** Webhook or policy that refuses a request, as the API server's message names it. */
export interface Refusal {
  readonly by: 'webhook' | 'policy'
  /** Name of the webhook within its configuration, or of the policy's object. */
  readonly name: string
}

/** A webhook that does not answer, or that denies (k8s.io/apiserver, admission webhook errors). */
const WEBHOOK = /(?:failed calling webhook|admission webhook) "([^"]+)"/
/** A ValidatingAdmissionPolicy that denies or cannot be evaluated, or a mutating one that fails. */
const POLICY = /(?:Validating|Mutating)AdmissionPolicy ['"]([^'"]+)['"]|\bpolicy ['"]([^'"]+)['"]/i
/** Wording of every authorizer (k8s.io/apiserver, ForbiddenStatusError). */
const RIGHTS = /\bcannot \w+ resource /

/** The admission webhook or policy that refuses; undefined for other errors. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiError)) return undefined
  const [, webhook] = WEBHOOK.exec(error.message) ?? []
  if (webhook !== undefined) return { by: 'webhook', name: webhook }
  const [, policy, other] = POLICY.exec(error.message) ?? []
  const name = policy ?? other
  return name === undefined ? undefined : { by: 'policy', name }
}

/** Whether rights are missing, as opposed to a refusal by a quota, a policy or a webhook. */
export function lacksRights({ code, message }: ApiError): boolean {
  return code === 403 && RIGHTS.test(message)
}

/** Whether an object of admissionregistration.k8s.io is behind the refusal. */
export function isBehind({ by, name }: Refusal, { kind, metadata, ...object }: LiveObject): boolean {
  if (by === 'policy') return /AdmissionPolicy$/.test(kind) && metadata.name === name
  const webhooks = Array.isArray(object.webhooks) ? object.webhooks : []
  return /WebhookConfiguration$/.test(kind) && webhooks.some((webhook) => webhook?.name === name)
}
