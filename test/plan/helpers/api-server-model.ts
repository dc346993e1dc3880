import jsonPatch from 'fast-json-patch'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../src/model/json.ts'
import type { PatchOperation } from '../../../src/model/plan.ts'
import { elementFields, type Shape } from './shapes.ts'

const CANONICAL: Readonly<Record<string, string>> = { '1000m': '1', '0.5': '500m', '1024Mi': '1Gi' }

/**
 * A model of what the API server does with a value of a Go type: nulls and empty maps and lists go,
 * defaults come, quantities are written one way, unknown fields are kept as they are.
 */
export function served(value: JsonValue, shape: Shape): JsonValue {
  if (shape.type === 'quantity') return CANONICAL[String(value)] ?? String(value)
  if (shape.type === 'object' && isJsonObject(value)) return servedFields(value, shape.fields)
  if (shape.type === 'map' && isJsonObject(value)) return servedMap(value, shape.values)
  if (shape.type === 'list' && isJsonArray(value))
    return value.map((element) => servedElement(element, shape))
  return shape.type === 'any' ? withoutNulls(value) : value
}

function servedElement(element: JsonValue, shape: Extract<Shape, { type: 'list' }>): JsonValue {
  if (shape.merge === 'atomic') return served(element, shape.items)
  return shape.merge === 'map' && isJsonObject(element)
    ? servedFields(element, elementFields(shape))
    : element
}

function servedFields(value: JsonObject, fields: Readonly<Record<string, Shape>>): JsonObject {
  const entries = Object.entries(fields).flatMap(([name, shape]) => {
    const preset = 'default' in shape ? shape.default : undefined
    const given = (Object.hasOwn(value, name) ? value[name] : undefined) ?? preset
    return given === undefined || given === null ? [] : [[name, served(given, shape), shape] as const]
  })
  return Object.fromEntries(
    entries.filter(([, kept, shape]) => !isEmptyContainer(kept, shape)).map(([name, kept]) => [name, kept]),
  )
}

function servedMap(value: JsonObject, values: Shape): JsonObject {
  const kept = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(kept.map(([name, entry]) => [name, served(entry, values)]))
}

function isEmptyContainer(value: JsonValue, shape: Shape): boolean {
  return (shape.type === 'map' || shape.type === 'list') && Object.keys(value as object).length === 0
}

function withoutNulls(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(kept.map(([name, entry]) => [name, withoutNulls(entry)]))
}

/** RFC 6902 as the API server does it; throws where an operation does not fit. */
export function patched<T extends JsonValue>(document: T, patch: readonly PatchOperation[]): T {
  return jsonPatch.applyPatch(document, patch as PatchOperation[], true, false).newDocument
}
