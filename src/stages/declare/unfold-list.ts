import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { bareObject } from './yaml/bare-object.ts'

/** A value that should be one object, and its JSON pointer in the document. */
export interface Candidate {
  readonly value: JsonValue
  readonly pointer: string
}

/**
 * The objects of a document: itself, or the items of a `List` or of any kind that ends in `List` and has
 * items, including nested lists. Items of a typed list (`ConfigMapList`) that have neither apiVersion nor
 * kind get them from the list, as in kubectl (apimachinery, unstructured).
 */
export function unfoldList(value: JsonValue, pointer = ''): readonly Candidate[] {
  const items = isJsonObject(value) ? itemsOf(value) : undefined
  if (items === undefined || !isJsonObject(value)) return [{ value, pointer }]
  return items.flatMap((item, index) => unfoldList(typed(item, value), `${pointer}/items/${index}`))
}

function itemsOf({ kind, apiVersion, items }: JsonObject): readonly JsonValue[] | undefined {
  if (typeof kind !== 'string' || !kind.endsWith('List')) return undefined
  if (isJsonArray(items)) return items
  const isEmptyList = kind === 'List' && apiVersion === 'v1' && (items === undefined || items === null)
  return isEmptyList ? [] : undefined
}

function typed(item: JsonValue, list: JsonObject): JsonValue {
  if (!isJsonObject(item) || item.kind || item.apiVersion) return item
  const { apiVersion, kind } = list
  if (typeof kind !== 'string' || kind === 'List' || apiVersion === undefined) return item
  return Object.assign(bareObject(), { apiVersion, kind: kind.slice(0, -'List'.length) }, item)
}
