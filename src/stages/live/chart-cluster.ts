import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { Requests } from '../../adapters/cluster/client.ts'
import type { LookupAnswer, LookupQuestion } from '../../adapters/engine/engine.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import type { JsonObject } from '../../model/json.ts'
import { apiVersionOf, gvkOf, type ObjectKey } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'
import { accountRefusal } from '../plan/tenancy/account-refusal.ts'
import { listRefusal, lookupRefusal } from '../plan/tenancy/lookup-refusal.ts'
import type { Fence } from '../plan/tenancy/refusal-of.ts'
import type { ChartCluster } from '../render/helm/chart-cluster.ts'
import type { ClusterView } from './cluster-view.ts'

/** What charts see without a cluster: the API groups that every cluster has, and no objects. */
export const NO_CLUSTER: ChartCluster = {
  kubeVersion: 'v1.36.0',
  apiVersions: [
    'v1',
    'admissionregistration.k8s.io/v1',
    'apiextensions.k8s.io/v1',
    'apiregistration.k8s.io/v1',
    'apps/v1',
    'authentication.k8s.io/v1',
    'authorization.k8s.io/v1',
    'autoscaling/v1',
    'autoscaling/v2',
    'batch/v1',
    'certificates.k8s.io/v1',
    'coordination.k8s.io/v1',
    'discovery.k8s.io/v1',
    'events.k8s.io/v1',
    'networking.k8s.io/v1',
    'node.k8s.io/v1',
    'policy/v1',
    'rbac.authorization.k8s.io/v1',
    'scheduling.k8s.io/v1',
    'storage.k8s.io/v1',
  ],
}

export interface ChartClusterOptions {
  /** Whether charts may not look up Secrets. */
  readonly refusesSecrets: boolean
  /** Which objects charts may look up: by and large those that installations may declare. */
  readonly guard: Fence
}

/** What charts see of a cluster: its version, what it serves, and the objects that they may look up. */
export async function chartCluster(
  view: ClusterView,
  { refusesSecrets, guard }: ChartClusterOptions,
): Promise<ChartCluster> {
  const { kinds } = view
  return {
    ...(refusesSecrets && { refusesSecrets }),
    kubeVersion: await view.cluster.version(),
    apiVersions: apiVersionsOf(kinds),
    lookup: (question, account) => lookUp(question, view, guard, account),
  }
}

function apiVersionsOf(kinds: Kinds): readonly string[] {
  const names = kinds.all().flatMap((resource) => {
    const apiVersion = apiVersionOf(resource)
    return [apiVersion, `${apiVersion}/${resource.kind}`]
  })
  return [...new Set(names)].sort()
}

/**
 * Answers with nothing for a kind that is not served yet, or that is create-only, such as a review.
 * @throws FaultError lookup-not-allowed, service-account-not-allowed
 */
async function lookUp(
  question: LookupQuestion,
  view: ClusterView,
  guard: Fence,
  account: string | undefined,
): Promise<LookupAnswer> {
  const gvk = gvkOf(question)
  // A definition in Git may say of its kind what it likes, such as the path of another.
  const resource = view.isDeclaredKind(gvk) ? undefined : view.kinds.resource(gvk)
  if (resource === undefined) return nothing(question)
  const key = keyOfQuestion(question, resource)
  orThrow(accountRefusal(account, { key }, guard))
  const client = account === undefined ? view.client : view.client.as(account)
  try {
    return await (question.name === '' ? list : get)(key, { resource, client, guard })
  } catch (error) {
    if (!(error instanceof ApiError) || ![404, 405].includes(error.code)) throw error
    return nothing(question)
  }
}

function nothing({ name }: LookupQuestion): LookupAnswer {
  return name === '' ? { items: [] } : { object: null }
}

/** An object without a namespace is looked for in `default`. */
function keyOfQuestion(
  { namespace, name }: LookupQuestion,
  { group, kind, namespaced }: Resource,
): ObjectKey {
  const home = namespace === '' && name !== '' ? 'default' : namespace
  return { group, kind, namespace: namespaced ? home : '', name }
}

interface Asking {
  readonly resource: Resource
  readonly client: Requests
  readonly guard: Fence
}

/** Leaves out what charts may not look up. */
async function list(key: ObjectKey, { resource, client, guard }: Asking): Promise<LookupAnswer> {
  orThrow(listRefusal(key, resource.namespaced, guard))
  const { items } = await client.list(resource, key.namespace === '' ? {} : { namespace: key.namespace })
  const shown = items.filter((item) => {
    const { namespace = '', name } = item.metadata
    return lookupRefusal({ ...key, namespace, name }, item, guard) === undefined
  })
  return { items: shown as readonly object[] as readonly JsonObject[] }
}

async function get(key: ObjectKey, { resource, client, guard }: Asking): Promise<LookupAnswer> {
  orThrow(lookupRefusal(key, {}, guard))
  const object = await client.get(resource, key)
  if (object === undefined) return { object: null }
  orThrow(lookupRefusal(key, object, guard))
  return { object: object as object as JsonObject }
}

function orThrow(refusal: Fault | undefined): void {
  if (refusal !== undefined) throw new FaultError(refusal)
}
