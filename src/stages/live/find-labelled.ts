import { ApiError, isForbidden } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { apiVersionOf } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'
import { isApplied } from '../plan/applied.ts'

/** Verbs that a kind needs to hold Reeve's objects; computed kinds (componentstatuses, metrics) lack some. */
const NEEDED_VERBS = ['list', 'watch', 'create', 'delete']

export interface Labelled {
  /** Kinds with at least one object that Reeve applied, each in its preferred version. */
  readonly kinds: readonly Resource[]
  /** Whether every kind that Reeve may read answered. */
  readonly isComplete: boolean
  /** Kinds that Reeve may not read. */
  readonly forbidden: readonly Resource[]
}

/**
 * Lists the labelled objects of every kind once, to find objects of kinds that Git no longer declares. Reads
 * metadata only, several kinds at a time.
 *
 * @param labelSelector such as `reeve.dev/repository=default`
 * @returns without kinds that may not be read or whose API server does not answer
 * @throws ConnectionError; ApiError of code 401: the credentials are not accepted
 */
export async function findLabelled(
  client: ClusterClient,
  kinds: Kinds,
  labelSelector: string,
): Promise<Labelled> {
  const candidates = kinds.all().filter((resource) => holdsObjects(resource, kinds))
  const holds = await Promise.all(candidates.map((resource) => holdsApplied(client, resource, labelSelector)))
  return {
    kinds: candidates.filter((_, index) => holds[index] === true),
    isComplete: kinds.unavailable.length === 0 && !holds.includes(undefined),
    forbidden: candidates.filter((_, index) => holds[index] === 'forbidden'),
  }
}

/** Whether objects of a kind may be Reeve's or somebody's, and are not another version of, or computed from, others. */
export function holdsObjects(resource: Resource, kinds: Kinds): boolean {
  return (
    !isEvent(resource) &&
    !kinds.unavailable.includes(apiVersionOf(resource)) &&
    kinds.preferred(resource.group, resource.kind) === resource &&
    NEEDED_VERBS.every((verb) => resource.verbs.includes(verb))
  )
}

function isEvent({ group, kind }: Resource): boolean {
  return kind === 'Event' && (group === '' || group === 'events.k8s.io')
}

/** Undefined where the API server cannot answer now. */
async function holdsApplied(
  client: ClusterClient,
  resource: Resource,
  labelSelector: string,
): Promise<boolean | 'forbidden' | undefined> {
  try {
    const options = { labelSelector, metadataOnly: true, limit: 500, deadline: 5_000 }
    const { items } = await client.list(resource, options)
    return items.some(isApplied)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 401) throw error
    if (isForbidden(error)) return 'forbidden'
    return error.code >= 500 || error.code === 429 ? undefined : false
  }
}
