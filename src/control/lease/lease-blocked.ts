import { ApiError, ifRequestFails } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { describeKey, keyOf } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import { isBehind, lacksRights, type Refusal, refusalIn } from './refusal.ts'

/** Fault of a Lease that can be read but not written; undefined for other errors. */
export async function leaseBlocked(error: unknown, client: ClusterClient): Promise<Fault | undefined> {
  if (!(error instanceof ApiError)) return undefined
  const refusal = refusalIn(error)
  const isSaid = refusal !== undefined || [400, 403, 409, 422].includes(error.code)
  if (!isSaid || lacksRights(error)) return undefined
  const owner = refusal && (await nameOf(refusal, client).catch(ifRequestFails(undefined)))
  return fault('lease-blocked', owner === undefined ? error.message : `${owner}: ${error.message}`)
}

/** Names the configuration, which the API server's message leaves out. */
async function nameOf(refusal: Refusal, client: ClusterClient): Promise<string | undefined> {
  if (refusal.by === 'policy') return undefined
  const lists = await Promise.all(CONFIGURATIONS.map((resource) => client.list(resource, { deadline: 0 })))
  const found = lists.flatMap(({ items }) => items.filter((item) => isBehind(refusal, item)))
  return found.length === 0 ? undefined : found.map((each) => describeKey(keyOf(each))).join(', ')
}

const CONFIGURATIONS: readonly Resource[] = ['Validating', 'Mutating'].map((what) => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: `${what}WebhookConfiguration`,
  plural: `${what.toLowerCase()}webhookconfigurations`,
  namespaced: false,
  verbs: ['list'],
}))
