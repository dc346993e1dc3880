import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { KubernetesObject, ObjectKey } from '../../model/object.ts'
import { LAST_APPLIED_ANNOTATION } from '../ownership/adoption-base.ts'

/** What is shown in place of a secret's value. It reveals nothing, not even a length. */
export const REDACTED = '(secret)'

const SECRET_FIELDS: ReadonlySet<string> = new Set(['data', 'stringData'])

/** A value at a path (field names from the root) without what a Secret keeps secret. */
export function redacted(
  kind: Pick<ObjectKey, 'group' | 'kind'>,
  path: readonly string[],
  value: JsonValue,
): JsonValue {
  if (kind.kind !== 'Secret' || kind.group !== '') return value
  if (path.length === 0) return mapValues(value, (child, name) => redacted(kind, [name], child))
  if (SECRET_FIELDS.has(path[0] ?? '')) return path.length > 1 ? REDACTED : hidden(value)
  return path[0] === 'metadata' ? redactedMetadata(path, value) : value
}

/** The whole object, fit to be shown. */
export function redactedObject(object: KubernetesObject): KubernetesObject {
  const group = object.apiVersion === 'v1' ? '' : object.apiVersion
  return redacted({ group, kind: object.kind }, [], object as JsonObject) as KubernetesObject
}

/** kubectl keeps the whole Secret in an annotation. */
function redactedMetadata(path: readonly string[], value: JsonValue): JsonValue {
  const [, field, name] = path
  if (name === LAST_APPLIED_ANNOTATION) return REDACTED
  if (field !== undefined && (field !== 'annotations' || path.length > 2)) return value
  return mapValues(value, (child, key) => redactedMetadata([...path, key], child))
}

/** Every value of a map; a value that should be a map and is none goes as a whole. */
function hidden(value: JsonValue): JsonValue {
  return isJsonObject(value) ? mapValues(value, () => REDACTED) : REDACTED
}

function mapValues(value: JsonValue, change: (value: JsonValue, key: string) => JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child, key)]))
}
