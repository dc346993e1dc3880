import { ApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/client.ts'
import { collectionPath, query } from '../cluster/resource-path.ts'
import { isJsonArray, isJsonObject, type JsonObject } from '../model/json.ts'
import type { LiveObject } from '../model/object.ts'
import type { Resource } from '../model/schema.ts'
import { warningIn } from './health/event-trouble.ts'
import { podSelectorOf } from './health/pod-selector.ts'
import { nameOf, podsTrouble, silentPod, tellingPods } from './health/pods-trouble.ts'
import { isSame, type Trouble, within } from './health/trouble.ts'

export interface LookOptions {
  /** What was found when it was looked at before. */
  readonly before: Trouble | undefined
  /** Whether to look at Events where the Pods' status does not tell. */
  readonly events: boolean
  /** When the workload began not to be ready, in ms since the epoch. */
  readonly since: number
  readonly signal: AbortSignal
}

const PODS: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
}
const EVENTS = { ...PODS, plural: 'events' }
/** So many are looked at: who has more of them stuck has one among these. */
const PODS_AT_MOST = 100
const EVENTS_AT_MOST = 50
/** A look that does not get through in time comes again later. */
const DEADLINE_MS = 5_000

/**
 * What keeps a workload's Pods from running: one request for its Pods and, where their status does not
 * tell, one for the Events of the first that is not ready, or of the workload itself.
 *
 * @throws ApiError, ConnectionError
 */
export async function lookAtPods(
  workload: LiveObject,
  client: ClusterClient,
  options: LookOptions,
): Promise<Trouble | undefined> {
  const labelSelector = podSelectorOf(workload)
  if (labelSelector === undefined) return undefined
  const look = { ...options, client, namespace: workload.metadata.namespace ?? '' }
  const listed = await list(look, PODS, { labelSelector, limit: PODS_AT_MOST })
  const pods = tellingPods(workload, listed as readonly LiveObject[])
  const found = podsTrouble(pods, options.before)
  return found ?? (options.events ? eventTrouble(workload, pods, look) : undefined)
}

interface Look extends LookOptions {
  readonly client: ClusterClient
  readonly namespace: string
}

async function eventTrouble(
  workload: LiveObject,
  pods: readonly LiveObject[],
  look: Look,
): Promise<Trouble | undefined> {
  const silent = silentPod(pods)
  const { uid } = (silent ?? workload).metadata
  const fieldSelector = `involvedObject.uid=${uid},type=Warning`
  const events = await list(look, EVENTS, { fieldSelector, limit: EVENTS_AT_MOST }).catch(noneIfForbidden)
  const found = warningIn(events, silent ? 0 : look.since)
  const told = found && within(silent ? nameOf(silent) : 'Event', found)
  return told && look.before && isSame(told, look.before) ? look.before : told
}

/** The first page only. */
async function list(
  { client, namespace, signal }: Look,
  resource: typeof PODS,
  parameters: Parameters<typeof query>[0],
): Promise<readonly JsonObject[]> {
  const path = collectionPath({ ...resource, kind: '', verbs: [] }, namespace) + query(parameters)
  const { body } = await client.raw('GET', path, { signal, deadline: DEADLINE_MS })
  const answer: unknown = JSON.parse(body)
  return isJsonObject(answer) && isJsonArray(answer.items) ? answer.items.filter(isJsonObject) : []
}

/** Without Events, Pods still tell most of it. */
function noneIfForbidden(error: unknown): readonly JsonObject[] {
  if (error instanceof ApiError && error.code === 403) return []
  throw error
}
