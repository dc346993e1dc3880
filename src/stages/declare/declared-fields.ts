import type { JsonObject, JsonValue } from '../../model/json.ts'
import { isAbsent } from './check-metadata.ts'
import { bareObject } from './yaml/bare-object.ts'

/** Fields of metadata that the API server writes; they are ignored in manifests. */
const ownedByServer: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
])
const emptyMeansAbsent: ReadonlySet<string> = new Set(['namespace', 'labels', 'annotations', 'generateName'])

/**
 * An object, such as from `kubectl get -o yaml`, without the fields that Git cannot declare: its status, and
 * the metadata that the server owns (uid, resourceVersion, creationTimestamp, generation, managedFields,
 * selfLink, deletionTimestamp, deletionGracePeriodSeconds). Empty namespaces, labels, annotations and
 * generateNames are removed, too. Returns the same object where there are none of these.
 */
export function declaredFields(object: JsonObject, metadata: JsonObject): JsonObject {
  const meta = without(metadata, (key, value) => {
    return ownedByServer.has(key) || (emptyMeansAbsent.has(key) && isAbsent(value))
  })
  const rest = without(object, (key) => key === 'status')
  return meta === metadata ? rest : Object.assign(bareObject(), rest, { metadata: meta })
}

function without(object: JsonObject, drops: (key: string, value: JsonValue) => boolean): JsonObject {
  const entries = Object.entries(object)
  const kept = entries.filter(([key, value]) => !drops(key, value))
  return kept.length === entries.length ? object : Object.assign(bareObject(), Object.fromEntries(kept))
}
