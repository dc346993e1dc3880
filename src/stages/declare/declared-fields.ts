import type { JsonObject, JsonValue } from '../../model/json.ts'
import { SERVER_OWNED_METADATA } from '../../model/server-owned.ts'
import { isAbsent } from './check-metadata.ts'
import { bareObject } from './yaml/bare-object.ts'

/** Metadata of an object that exists, except what generators write, such as `creationTimestamp: null`. */
const ofClusters = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'selfLink'] as const
const emptyMeansAbsent: ReadonlySet<string> = new Set(['namespace', 'labels', 'annotations', 'generateName'])

/**
 * An object, such as from `kubectl get -o yaml`, without the fields that Git cannot declare: its status, and
 * the metadata that the server owns (uid, resourceVersion, creationTimestamp, generation, managedFields,
 * selfLink, deletionTimestamp, deletionGracePeriodSeconds). Empty namespaces, labels, annotations and
 * generateNames are removed, too. Returns the same object where there are none of these.
 */
export function declaredFields(object: JsonObject, metadata: JsonObject): JsonObject {
  const meta = without(metadata, (key, value) => {
    return SERVER_OWNED_METADATA.has(key) || (emptyMeansAbsent.has(key) && isAbsent(value))
  })
  const rest = without(object, (key) => key === 'status')
  return meta === metadata ? rest : Object.assign(bareObject(), rest, { metadata: meta })
}

/**
 * Paths of the fields that `declaredFields` removes from an object that was read from a cluster; undefined for any
 * other object.
 */
export function exportedFields(object: JsonObject, metadata: JsonObject): readonly string[] | undefined {
  if (ofClusters.every((name) => isAbsent(metadata[name]))) return undefined
  const names = Object.keys(metadata).filter((name) => SERVER_OWNED_METADATA.has(name))
  return [...names.map((name) => `metadata.${name}`), ...(Object.hasOwn(object, 'status') ? ['status'] : [])]
}

function without(object: JsonObject, drops: (key: string, value: JsonValue) => boolean): JsonObject {
  const entries = Object.entries(object)
  const kept = entries.filter(([key, value]) => !drops(key, value))
  return kept.length === entries.length ? object : Object.assign(bareObject(), Object.fromEntries(kept))
}
