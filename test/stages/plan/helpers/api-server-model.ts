import jsonPatch from 'fast-json-patch'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { PatchOperation } from '../../../../src/model/plan.ts'
import { elementFields, type ObjectShape, type Shape } from './shapes.ts'

const CANONICAL: Readonly<Record<string, string>> = { '1000m': '1', '0.5': '500m', '1024Mi': '1Gi' }

/**
 * A model of what the API server does with a value. Of a Go type: nulls and empty maps and lists go,
 * defaults come, quantities are written one way. Of a custom resource: nulls go where they are not
 * allowed for, defaults come. Fields without a schema are kept as they are where the shape is open.
 */
export function served(value: JsonValue, shape: Shape): JsonValue {
  return servedValue(value, shape, { custom: shape.type === 'object' && shape.custom === true })
}

interface Style {
  readonly custom: boolean
}

function servedValue(value: JsonValue, shape: Shape, style: Style): JsonValue {
  if (shape.type === 'quantity' && !style.custom) return CANONICAL[String(value)] ?? String(value)
  if (shape.type === 'object' && isJsonObject(value)) return servedObject(value, shape, style)
  if (shape.type === 'map' && isJsonObject(value)) return servedMap(value, shape.values, style)
  if (shape.type === 'list' && isJsonArray(value))
    return value.map((element) => servedElement(element, shape, style))
  return shape.type === 'any' && !style.custom ? withoutNulls(value) : value
}

function servedElement(element: JsonValue, shape: Extract<Shape, { type: 'list' }>, style: Style): JsonValue {
  if (shape.merge === 'atomic') return servedValue(element, shape.items, style)
  return shape.merge === 'map' && isJsonObject(element)
    ? servedFields(element, elementFields(shape), style)
    : element
}

function servedObject(value: JsonObject, { fields, open, embedded }: ObjectShape, style: Style): JsonObject {
  const known = servedFields(value, fields, embedded ? { custom: false } : style)
  if (!open) return known
  const unknown = Object.entries(value).filter(([name]) => !Object.hasOwn(fields, name))
  return { ...known, ...(servedValue(Object.fromEntries(unknown), { type: 'any' }, style) as JsonObject) }
}

function servedFields(value: JsonObject, fields: Readonly<Record<string, Shape>>, style: Style): JsonObject {
  const entries = Object.entries(fields).flatMap(([name, shape]) => {
    const preset = 'default' in shape ? shape.default : undefined
    const own = Object.hasOwn(value, name) ? value[name] : undefined
    if (own === null && style.custom && shape.type === 'nullable') return [[name, null, shape] as const]
    const given = own ?? preset
    return given === undefined || given === null
      ? []
      : [[name, servedValue(given, shape, style), shape] as const]
  })
  const kept = entries.filter(([, entry, shape]) => style.custom || !isEmptyContainer(entry, shape))
  return Object.fromEntries(kept.map(([name, entry]) => [name, entry]))
}

function servedMap(value: JsonObject, values: Shape, style: Style): JsonObject {
  const kept = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(kept.map(([name, entry]) => [name, servedValue(entry, values, style)]))
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
