import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'
import { holdsObjects } from './find-labelled.ts'

/**
 * Lists the objects of every kind in a namespace once, metadata only, several kinds at a time.
 *
 * @returns without kinds that may not be read or whose API server does not answer
 * @throws ConnectionError; ApiError of code 401: the credentials are not accepted
 */
export async function findInNamespace(
  client: Pick<ClusterClient, 'list'>,
  kinds: Kinds,
  namespace: string,
): Promise<readonly LiveObject[]> {
  const candidates = kinds.all().filter((each) => each.namespaced && holdsObjects(each, kinds))
  const found = await Promise.all(candidates.map((resource) => listIn(client, resource, namespace)))
  return found.flat()
}

async function listIn(
  client: Pick<ClusterClient, 'list'>,
  resource: Resource,
  namespace: string,
): Promise<readonly LiveObject[]> {
  try {
    return (await client.list(resource, { namespace, metadataOnly: true, deadline: 5_000 })).items
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 401) throw error
    return []
  }
}
