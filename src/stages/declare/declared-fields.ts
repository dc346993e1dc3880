import type { JsonObject, JsonValue } from '../../model/json.ts'
import { isAbsent } from './check-metadata.ts'
import { bareObject } from './yaml/bare-object.ts'

/** Fields of metadata that the API server writes; whatever a manifest says there is ignored. */
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
 * An object without what Git cannot declare, as one gets it from `kubectl get -o yaml`: its
 * status, and the metadata that the server owns (uid, resourceVersion, creationTimestamp,
 * generation, managedFields, selfLink, deletionTimestamp). Empty namespaces, labels and
 * annotations go too. The same object where there is none of it.
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
