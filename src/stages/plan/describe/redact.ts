import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { KubernetesObject, ObjectKey } from '../../../model/object.ts'
import { REDACTED } from '../../../model/secrets.ts'
import { isBelow, isClosed, type Sensitive, type Step, stepOf } from '../../../model/sensitive.ts'
import { LAST_APPLIED_ANNOTATION } from '../ownership/adoption-base.ts'

export { REDACTED } from '../../../model/secrets.ts'

const USUAL_FIELDS: ReadonlySet<string> = new Set([
  'metadata',
  'spec',
  'data',
  'stringData',
  'binaryData',
  'immutable',
  'type',
  'rules',
  'roleRef',
  'subjects',
  'webhooks',
])

const SECRET_FIELDS: ReadonlySet<string> = new Set(['data', 'stringData'])

/** Redacts a Secret's values in a value at a path (field names from the root). */
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

/** Redacts a whole object. */
export function redactedObject(object: KubernetesObject, sensitive?: Sensitive): KubernetesObject {
  const group = object.apiVersion === 'v1' ? '' : object.apiVersion
  if (sensitive && isClosed([], sensitive)) return closedObject(object)
  const shown = redacted({ group, kind: object.kind }, [], object as JsonObject)
  return redactSensitive(shown, [], sensitive) as KubernetesObject
}

/** What says which object it is. */
function closedObject({ apiVersion, kind, metadata, ...rest }: KubernetesObject): KubernetesObject {
  const { name, namespace } = metadata
  const fields = Object.entries(rest).map(([field, value]) => [
    shownField(field),
    closedValue(value as JsonValue),
  ])
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    ...Object.fromEntries(fields),
  }
}

/** A mapping or a list stays one, whatever it holds. */
function closedValue(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return [REDACTED]
  return isJsonObject(value) ? { [REDACTED]: REDACTED } : REDACTED
}

/** The name of a field at the top of an object; any but the usual ones may be made of a secret. */
export function shownField(field: string): string {
  return USUAL_FIELDS.has(field) ? field : REDACTED
}

/** Redacts a value where its path is sensitive or it contains a secret. */
export function redactSensitive(
  value: JsonValue,
  steps: readonly Step[],
  sensitive: Sensitive | undefined,
): JsonValue {
  if (sensitive === undefined) return value
  if (isClosed(steps, sensitive)) return closedValue(value)
  if (value === null) return value
  const { secrets } = sensitive
  if (isJsonArray(value))
    return value.map((item) => redactSensitive(item, [...steps, stepOf(item)], sensitive))
  if (!isJsonObject(value))
    return isBelow(steps, sensitive.places) || secrets?.isIn(String(value)) ? REDACTED : value
  const entries = Object.entries(value).map(([key, child]) => [
    secrets?.redact(key) ?? key,
    redactSensitive(child, [...steps, key], sensitive),
  ])
  return Object.fromEntries(entries)
}

/** Redacts the values that a declared object does not hold anywhere. */
export function onlyDeclared(value: JsonValue, declared: KubernetesObject): JsonValue {
  const known = new Set<JsonValue>()
  const note = (part: JsonValue): void => {
    if (isJsonArray(part)) part.forEach(note)
    else if (isJsonObject(part)) Object.values(part).forEach(note)
    else known.add(part)
  }
  note(declared as JsonObject)
  const shown = (part: JsonValue): JsonValue => {
    if (isJsonArray(part)) return part.map(shown)
    if (isJsonObject(part)) return mapValues(part, shown)
    return known.has(part) ? part : REDACTED
  }
  return shown(value)
}

/** Redacts the annotation in which kubectl keeps the whole Secret. */
function redactedMetadata(path: readonly string[], value: JsonValue): JsonValue {
  const [, field, name] = path
  if (name === LAST_APPLIED_ANNOTATION) return REDACTED
  if (field !== undefined && (field !== 'annotations' || path.length > 2)) return value
  return mapValues(value, (child, key) => redactedMetadata([...path, key], child))
}

/** Redacts every value of a map; a value that is not a map is redacted as a whole. */
function hidden(value: JsonValue): JsonValue {
  return isJsonObject(value) ? mapValues(value, () => REDACTED) : REDACTED
}

function mapValues(value: JsonValue, change: (value: JsonValue, key: string) => JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child, key)]))
}
