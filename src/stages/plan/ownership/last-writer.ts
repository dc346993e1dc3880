import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../model/json.ts'
import { tokensOf } from '../../../model/json-pointer.ts'
import { FIELD_MANAGER } from '../../../model/labels.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { own } from '../schema/raw-schema.ts'
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts'

/**
 * Field manager other than Reeve that owns one of these fields, such as `kubectl-edit`; of several, the last
 * writer. If none owns any of them, the last writer of the object; undefined where only Reeve wrote it.
 * @param pointers JSON pointers (RFC 6901) into the live object
 */
export function lastWriterOf(live: KubernetesObject, pointers: readonly string[]): string | undefined {
  const others = managedFieldsOf(live).filter(({ manager }) => manager !== FIELD_MANAGER)
  const paths = pointers.map(tokensOf)
  const owners = others.filter(({ fields }) => paths.some((path) => owns(fields, live as JsonObject, path)))
  return latest(owners.length > 0 ? owners : others)?.manager
}

function latest(entries: readonly ManagedFields[]): ManagedFields | undefined {
  return entries.toSorted((a, b) => b.time.localeCompare(a.time))[0]
}

/** Whether FieldsV1 contains a path, one of its ancestors or something below it. */
function owns(fields: JsonObject, value: JsonValue, [token, ...below]: readonly string[]): boolean {
  if (token === undefined || Object.keys(fields).length === 0) return true
  const child = isJsonArray(value)
    ? value[Number(token)]
    : isJsonObject(value)
      ? own(value, token)
      : undefined
  if (child === undefined) return false
  const names = isJsonArray(value)
    ? Object.keys(fields).filter((name) => namesElement(name, child))
    : [`f:${token}`]
  return names.some((name) => {
    const node = own(fields, name)
    return isJsonObject(node) && owns(node, child, below)
  })
}

/** Live elements have all their keys: the server defaults them. */
function namesElement(name: string, element: JsonValue): boolean {
  const named = parseJson(name.slice(2))
  if (name.startsWith('v:')) return named === element
  if (!name.startsWith('k:') || !isJsonObject(named) || !isJsonObject(element)) return false
  return Object.keys(named).every((key) => own(element, key) === named[key])
}
