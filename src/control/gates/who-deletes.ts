import { ifRequestFails } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { describeKey, gvkOf, type KubernetesObject, keyOf, type LiveObject } from '../../model/object.ts'
import type { Kinds } from '../../model/schema.ts'
import { EVENTS } from '../../model/well-known-resources.ts'

/** Maximum time for each request that looks for the deleter, in milliseconds. */
const DEADLINE_MS = 2_000
const OF_A_DELETION = /delet|kill|evict|preempt|expire|prun|remov|reap|clean/i

export interface Surroundings {
  readonly client: Pick<ClusterClient, 'get' | 'list'>
  readonly kinds: Kinds
}

/**
 * Finds out who deletes an object, as far as that can be known once it is gone: the garbage collector if an
 * owner is missing, else the reporter of an Event about it. A deletion leaves no other trace.
 */
export async function whoDeletes(object: KubernetesObject, around: Surroundings): Promise<string> {
  return (await missingOwner(object, around)) ?? (await teller(object, around)) ?? UNKNOWN
}

const UNKNOWN = "another client deletes it: see the API server's audit log for its name"

async function missingOwner(object: KubernetesObject, around: Surroundings): Promise<string | undefined> {
  for (const owner of object.metadata.ownerReferences ?? []) {
    const missing = await withoutOwner(owner, object.metadata.namespace, around)
    if (missing !== undefined)
      return `the garbage collector deletes it, because its owner ${missing} (metadata.ownerReferences) does not exist`
  }
  return undefined
}

/** Name of an owner that is missing, or whose name another object has. */
async function withoutOwner(
  owner: JsonObject,
  namespace = '',
  { client, kinds }: Surroundings,
): Promise<string | undefined> {
  const [apiVersion, kind, name] = [text(owner.apiVersion), text(owner.kind), text(owner.name)]
  const gvk = gvkOf({ apiVersion, kind })
  const resource = kinds.resource(gvk)
  const key = { group: gvk.group, kind, name, namespace: resource?.namespaced === false ? '' : namespace }
  if (resource === undefined) return describeKey(key)
  try {
    const live = await client.get(resource, key, { deadline: DEADLINE_MS })
    return live?.metadata.uid === owner.uid ? undefined : describeKey(key)
  } catch (error) {
    return ifRequestFails(undefined)(error) // not known
  }
}

async function teller(object: KubernetesObject, { client }: Surroundings): Promise<string | undefined> {
  const { kind, namespace, name } = keyOf(object)
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`
  try {
    const home = namespace === '' ? 'default' : namespace
    const { items } = await client.list(EVENTS, { namespace: home, fieldSelector, deadline: DEADLINE_MS })
    const told = items.filter(isOfDeletion).toSorted(byTime).at(-1)
    return (
      told &&
      `${sourceOf(told)} reports the deletion: ${text(told.reason)}: ${text(told.message).slice(0, 200)}`
    )
  } catch (error) {
    return ifRequestFails(undefined)(error) // Events are a courtesy
  }
}

function isOfDeletion(event: LiveObject): boolean {
  return OF_A_DELETION.test(text(event.reason))
}

function byTime(one: LiveObject, other: LiveObject): number {
  return timeOf(one).localeCompare(timeOf(other))
}

function timeOf({ lastTimestamp, eventTime, metadata }: LiveObject): string {
  return text(lastTimestamp) || text(eventTime) || text(metadata.creationTimestamp)
}

function sourceOf({ source, reportingComponent }: LiveObject): string {
  const component = isJsonObject(source) ? text(source.component) : ''
  return component || text(reportingComponent) || 'an Event'
}

function text(value: JsonValue | object | undefined): string {
  return typeof value === 'string' ? value : ''
}
