import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import { collectionPath, query } from '../../../adapters/cluster/resource-path.ts'
import { isJsonArray, isJsonObject, type JsonObject } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Resource } from '../../../model/schema.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { MayQuote } from './muted.ts'

export interface InspectionOptions {
  /** Diagnosis of the previous look. */
  readonly before: Diagnosis | undefined
  /** Whether it takes longer than usual: then more is requested. */
  readonly isLate: boolean
  /** When the object became unhealthy, in ms since the epoch. */
  readonly since: number
  readonly signal: AbortSignal
  readonly mayQuote: MayQuote
}

/** One look at an object's dependent objects. */
export interface Inspection extends InspectionOptions {
  readonly client: ClusterClient
  readonly namespace: string
}

/** Maximum duration of a request, in milliseconds; a later look retries. */
const DEADLINE_MS = 5_000

/** Lists the first page only. @throws ApiError, ConnectionError */
export async function listPage(
  { client, namespace, signal }: Inspection,
  resource: Resource,
  parameters: Parameters<typeof query>[0],
): Promise<readonly JsonObject[]> {
  const path = collectionPath(resource, namespace) + query(parameters)
  const { body } = await client.raw('GET', path, { signal, deadline: DEADLINE_MS })
  const answer: unknown = JSON.parse(body)
  return isJsonObject(answer) && isJsonArray(answer.items) ? answer.items.filter(isJsonObject) : []
}

/** Gets one object; undefined where it does not exist. @throws ApiError, ConnectionError */
export function getOne(
  { client, namespace, signal }: Inspection,
  resource: Resource,
  name: string,
): Promise<LiveObject | undefined> {
  const { group, kind } = resource
  return client.get(resource, { group, kind, namespace, name }, { signal, deadline: DEADLINE_MS })
}
