import { isForbidden } from '../../adapters/cluster/api-error.ts'
import type { Cluster } from '../../adapters/cluster/cluster.ts'
import { leaseName } from '../../model/lease-name.ts'
import { INSTALLED_IN, OUTSIDE } from '../../model/tenancy.ts'
import type { Lease } from './lease.ts'
import { LeaseApi } from './lease-api.ts'

/**
 * Namespace of the Lease of a Repository: Reeve's own. A Reeve outside of the cluster shares the Lease of one that
 * manifests/ installed there.
 * @throws ApiError, ConnectionError
 */
export async function leaseNamespace(cluster: Cluster, repository: string): Promise<string> {
  if (cluster.podNamespace !== undefined) return cluster.podNamespace
  return (await leaseIn(INSTALLED_IN, cluster, repository)) ? INSTALLED_IN : OUTSIDE
}

/** The Lease of a Repository in a namespace; undefined where there is none, or Reeve may not see it. */
export function leaseIn(
  namespace: string,
  { client }: Pick<Cluster, 'client'>,
  repository: string,
): Promise<Lease | undefined> {
  return new LeaseApi(client, { namespace, name: leaseName(repository) }).get().catch(unlessForbidden)
}

function unlessForbidden(error: unknown): undefined {
  if (!isForbidden(error)) throw error
}
