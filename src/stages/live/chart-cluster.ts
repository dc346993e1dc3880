import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { Requests } from '../../adapters/cluster/client.ts'
import type { LookupAnswer, LookupQuestion } from '../../adapters/engine/engine.ts'
import type { JsonObject } from '../../model/json.ts'
import { apiVersionOf, gvkOf } from '../../model/object.ts'
import type { Kinds } from '../../model/schema.ts'
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

/**
 * What charts see of a cluster: its version, what it serves, and the objects that Reeve may read.
 * @param options whether charts may look up Secrets
 */
export async function chartCluster(
  view: ClusterView,
  { refusesSecrets }: { readonly refusesSecrets: boolean },
): Promise<ChartCluster> {
  const { kinds } = view
  return {
    ...(refusesSecrets && { refusesSecrets }),
    kubeVersion: await view.cluster.version(),
    apiVersions: apiVersionsOf(kinds),
    lookup: (question, account) => lookUp(question, view, account),
  }
}

function apiVersionsOf(kinds: Kinds): readonly string[] {
  const names = kinds.all().flatMap((resource) => {
    const apiVersion = apiVersionOf(resource)
    return [apiVersion, `${apiVersion}/${resource.kind}`]
  })
  return [...new Set(names)].sort()
}

/** Answers with nothing for a kind that is not served yet, or that is create-only, such as a review. */
async function lookUp(
  question: LookupQuestion,
  { client, kinds }: ClusterView,
  account: string | undefined,
): Promise<LookupAnswer> {
  try {
    return await look(question, kinds, account === undefined ? client : client.as(account))
  } catch (error) {
    if (!(error instanceof ApiError) || ![404, 405].includes(error.code)) throw error
    return nothing(question)
  }
}

function nothing({ name }: LookupQuestion): LookupAnswer {
  return name === '' ? { items: [] } : { object: null }
}

async function look(question: LookupQuestion, kinds: Kinds, client: Requests): Promise<LookupAnswer> {
  const { apiVersion, kind, name } = question
  const resource = kinds.resource(gvkOf({ apiVersion, kind }))
  if (resource === undefined) return nothing(question)
  const namespace = resource.namespaced ? question.namespace : ''
  if (name === '') {
    const { items } = await client.list(resource, namespace === '' ? {} : { namespace })
    return { items: items as readonly object[] as readonly JsonObject[] }
  }
  const object = await client.get(resource, {
    group: resource.group,
    kind,
    namespace: namespace || 'default',
    name,
  })
  return { object: (object as object as JsonObject | undefined) ?? null }
}
