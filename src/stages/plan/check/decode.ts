import { didYouMean } from '../../../model/did-you-mean.ts'
import { exactNumber } from '../../../model/exact-integer.ts'
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { own, ownObject, resolveRaw } from '../schema/raw-schema.ts'
import type { Defect, ValidationSchema } from './defect.ts'

/** Fields of every object that its schema may not describe (meta/v1 TypeMeta and ObjectMeta). */
const ENVELOPE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])
const PRESERVES = 'x-kubernetes-preserve-unknown-fields'
/** Maximum depth that is checked; no kind nests deeper. */
const DEEPEST = 200
const INT32 = 2 ** 31
const INT64 = 2 ** 63
const NONE: readonly Defect[] = []

/** A value and its position in the object. */
interface Field {
  readonly value: JsonValue
  /** JSON pointer. */
  readonly at: string
  readonly depth: number
}

type Scope = Pick<ValidationSchema, 'components' | 'isCustom'>

/**
 * Defects for which the API server cannot decode an object with strict field validation: unknown fields, and
 * values of another JSON type. Anything uncertain is no defect. Skips `status`.
 */
export function undecodable(object: JsonObject, { root, ...scope }: ValidationSchema): readonly Defect[] {
  const { status: _status, ...value } = object
  return inField({ value, at: '', depth: 0 }, root, scope)
}

function inField(field: Field, site: JsonObject, scope: Scope): readonly Defect[] {
  if (field.value === null || field.depth > DEEPEST) return NONE
  const { target, component = '' } = resolveRaw(site, scope.components)
  if (component.endsWith('.Quantity'))
    return unless(isText(field) || isJsonNumber(field.value), field, 'a quantity')
  if (isIntOrString(target))
    return unless(isText(field) || isInteger(field), field, 'a whole number or a string')
  switch (target.type) {
    case 'string':
      return unless(isText(field) || isFormatted(field, target, scope), field, 'a string')
    case 'boolean':
      return unless(typeof field.value === 'boolean', field, 'true or false')
    case 'number':
      return unless(isJsonNumber(field.value), field, 'a number')
    case 'integer':
      return unless(isInteger(field, target.format), field, 'a whole number within its range')
    case 'array':
      return inList(field, target, scope)
    case 'object':
      return inObject(field, target, scope)
    default:
      return NONE
  }
}

function isIntOrString(target: JsonObject): boolean {
  return target['x-kubernetes-int-or-string'] === true || target.format === 'int-or-string'
}

function isText({ value }: Field): boolean {
  return typeof value === 'string'
}

/**
 * Whether a list is valid because of the string's format. Go's decoder reads a list of numbers as bytes
 * (ConfigMap.binaryData); for custom resources the server accepts a list for a string of any format.
 */
function isFormatted({ value }: Field, { format }: JsonObject, { isCustom }: Scope): boolean {
  return isJsonArray(value) && typeof format === 'string' && (isCustom || format === 'byte')
}

function isInteger({ value }: Field, format?: JsonValue): boolean {
  if (!isJsonNumber(value) || !Number.isInteger(Number(value))) return false
  const end = format === 'int32' ? INT32 : INT64
  const exact = exactNumber(value)
  return exact < end && exact >= -end
}

function unless(isRight: boolean, { value, at }: Field, what: string): readonly Defect[] {
  if (isRight) return NONE
  const told = typeof value === 'object' ? {} : { value }
  return [{ code: 'invalid-field', pointer: at, message: `is not ${what}`, isOfDecoding: true, ...told }]
}

function inList(field: Field, { items }: JsonObject, scope: Scope): readonly Defect[] {
  const { value, at, depth } = field
  if (!isJsonArray(value)) return unless(false, field, 'a list')
  if (!isJsonObject(items)) return NONE
  return value.flatMap((item, index) =>
    inField({ value: item, at: `${at}/${index}`, depth: depth + 1 }, items, scope),
  )
}

function inObject(field: Field, target: JsonObject, scope: Scope): readonly Defect[] {
  const { value, at, depth } = field
  if (!isJsonObject(value)) return unless(false, field, 'a mapping')
  const properties = ownObject(target, 'properties')
  const others = target.additionalProperties
  const isResource = at === '' || target['x-kubernetes-embedded-resource'] === true
  const isOpen = takesAnything(target, properties, scope)
  return Object.entries(value).flatMap(([key, item]) => {
    const inner: Field = { value: item, at: `${at}/${escapeToken(key)}`, depth: depth + 1 }
    const schema = own(properties, key) ?? others
    if (isResource && key === 'metadata' && !describesMetadata(schema)) return NONE
    if (isJsonObject(schema)) return inField(inner, schema, scope)
    return isOpen || (isResource && ENVELOPE.has(key)) ? NONE : unknown(inner, key, properties)
  })
}

/** Whether a schema describes metadata; a CustomResourceDefinition only says that it exists. */
function describesMetadata(schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && (Object.hasOwn(schema, '$ref') || Object.hasOwn(schema, 'allOf'))
}

/** Whether unknown fields are accepted. A built-in object without described fields accepts any JSON. */
function takesAnything(target: JsonObject, properties: JsonObject, { isCustom }: Scope): boolean {
  const others = target.additionalProperties
  if (target[PRESERVES] === true || (others !== undefined && others !== false)) return true
  return !isCustom && Object.keys(properties).length === 0
}

function unknown({ at }: Field, key: string, properties: JsonObject): readonly Defect[] {
  const message = didYouMean(key, Object.keys(properties)).replace(/^; /, '')
  return [{ code: 'unknown-field', pointer: at, message, isOfDecoding: true }]
}
