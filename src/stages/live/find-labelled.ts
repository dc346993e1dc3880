import { ApiError, isForbidden } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { apiVersionOf } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'
import { isApplied } from '../plan/applied.ts'

/** What a kind must allow to hold objects of Reeve; it leaves out computed ones (componentstatuses, metrics). */
const NEEDED_VERBS = ['list', 'watch', 'create', 'delete']

export interface Labelled {
  /** The kinds that hold some object that Reeve applied, each in its preferred version. */
  readonly kinds: readonly Resource[]
  /** Whether all kinds could be asked that may be read. */
  readonly isComplete: boolean
  /** The kinds that may not be read. */
  readonly forbidden: readonly Resource[]
}

/**
 * Asks every kind of the cluster once for labelled objects, so that objects of kinds that Git no
 * longer declares are found. Reads metadata only, some kinds at once.
 *
 * @param labelSelector such as `reeve.dev/repository=default`
 * @returns kinds that may not be read, or whose API server does not answer, are left out
 * @throws ConnectionError; ApiError of code 401: the credentials say nothing of what there is
 */
export async function findLabelled(
  client: ClusterClient,
  kinds: Kinds,
  labelSelector: string,
): Promise<Labelled> {
  const candidates = kinds.all().filter((resource) => isCandidate(resource, kinds))
  const holds = await Promise.all(candidates.map((resource) => holdsApplied(client, resource, labelSelector)))
  return {
    kinds: candidates.filter((_, index) => holds[index] === true),
    isComplete: kinds.unavailable.length === 0 && !holds.includes(undefined),
    forbidden: candidates.filter((_, index) => holds[index] === 'forbidden'),
  }
}

function isCandidate(resource: Resource, kinds: Kinds): boolean {
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

/** Undefined where the API server has no answer now. */
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
