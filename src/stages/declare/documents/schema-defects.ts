import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'
import { didYouMean } from '../../../model/did-you-mean.ts'
import type { JsonValue } from '../../../model/json.ts'
import { tokensOf } from '../../../model/json-pointer.ts'
import type { Defect } from '../defect.ts'
import type { DocumentSchema } from './document-schema.ts'
import { fieldName } from './field-name.ts'
import { brokenRules } from './mapping-rules.ts'
import { validatable } from './validatable.ts'

const WORDS: Readonly<Record<string, string>> = {
  object: 'mapping',
  array: 'list',
  integer: 'whole number',
}

/**
 * All defects of a value by a schema.
 *
 * @param pointer of the value in its document; ends in the name that messages begin with
 */
export function schemaDefects(value: JsonValue, schema: DocumentSchema, pointer: string): readonly Defect[] {
  const { errors } = validatorOf(schema).validate(validatable(value, schema))
  if (errors.length > 0) return distinct(errors.flatMap((error) => defectOf(error, schema, pointer)))
  return brokenRules(value, schema, pointer).map(({ message, pointer: at }) =>
    bad(`${fieldName(at)}: ${message}`, at),
  )
}

/** A text may break a pattern and a format, which is one defect. */
function distinct(defects: readonly Defect[]): readonly Defect[] {
  return [...new Map(defects.map((each) => [`${each.pointer} ${each.details}`, each])).values()]
}

/** Documents of a kind have one schema. */
const validators = new WeakMap<DocumentSchema, Validator>()

function validatorOf(schema: DocumentSchema): Validator {
  const known = validators.get(schema) ?? new Validator(closed(schema), '7', false)
  validators.set(schema, known)
  return known
}

/** Closes a schema: fields that it does not name are refused. */
function closed(schema: DocumentSchema): Schema {
  if ('properties' in schema) {
    const properties = Object.entries(schema.properties).map(([name, field]) => [name, closed(field)])
    return { ...schema, properties: Object.fromEntries(properties), additionalProperties: false } as Schema
  }
  if ('additionalProperties' in schema)
    return { ...schema, additionalProperties: closed(schema.additionalProperties) } as Schema
  if ('intOrString' in schema) {
    const { intOrString: _, ...rest } = schema
    return { ...rest, type: ['integer', 'string'] } as Schema
  }
  return (schema.type === 'array' ? { ...schema, items: closed(schema.items) } : schema) as Schema
}

/**
 * The validator also reports each level around a defect, which adds nothing: only the defect's own unit
 * counts.
 */
function defectOf(unit: OutputUnit, schema: DocumentSchema, root: string): readonly Defect[] {
  const { keyword, error, instanceLocation } = unit
  const pointer = root + decodeURI(instanceLocation.slice(1))
  const name = fieldName(pointer)
  const part = partAt(schema, unit.keywordLocation)
  const isNot = () => `${name} is not ${expectedOf(part)}`
  switch (keyword) {
    case 'false':
      return [{ code: 'unknown-field', details: `${name}${nearField(schema, instanceLocation)}`, pointer }]
    case 'required':
      return [{ code: 'missing-field', details: `${name}.${quotedIn(error)} is missing`, pointer }]
    case 'type':
      return [bad(wrongType(name, error) ?? isNot(), pointer)]
    case 'pattern':
    case 'format':
      return [bad(isNot(), pointer)]
    case 'minimum':
    case 'maximum':
      return [bad('intOrString' in part ? isNot() : `${name}: ${lowerFirst(error)}`, pointer)]
    case 'properties':
    case 'items':
    case 'additionalProperties':
      return []
    default:
      return [bad(`${name}: ${lowerFirst(error)}`, pointer)]
  }
}

/** The field that a field's name is likely a typo of. */
function nearField(schema: DocumentSchema, instanceLocation: string): string {
  const words = tokensOf(decodeURI(instanceLocation.slice(1)))
  let part: unknown = schema
  for (const word of words.slice(0, -1)) {
    if (!isRecord(part)) return ''
    const { properties, additionalProperties, items } = part
    part = isRecord(properties) ? properties[word] : (additionalProperties ?? items)
  }
  const known = isRecord(part) && isRecord(part.properties) ? Object.keys(part.properties) : []
  return didYouMean(words.at(-1) ?? '', known)
}

/**
 * The validator's words are `Instance type "number" is invalid. Expected "string".` Undefined for what may be of
 * several types.
 */
function wrongType(name: string, error: string): string | undefined {
  const [found, ...types] = allQuotedIn(error)
  const [expected = '', ...others] = types
  if (others.length > 0) return undefined
  if (expected === 'string' && (found === 'number' || found === 'integer'))
    return `${name} is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)`
  return `${name} is not a ${WORDS[expected] ?? expected}`
}

/** What a part of a schema expects, as its description says first. */
function expectedOf({ description }: Readonly<Record<string, unknown>>): string {
  const [first = ''] = typeof description === 'string' ? description.split(/; |\. |\.$/) : []
  return first === '' ? 'in the expected format' : lowerFirst(first)
}

/** The part of the schema that contains a keyword. */
function partAt(schema: DocumentSchema, keywordLocation: string): Readonly<Record<string, unknown>> {
  let part: unknown = schema
  for (const word of keywordLocation.split('/').slice(1, -1)) part = isRecord(part) ? part[word] : undefined
  return isRecord(part) ? part : {}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function bad(details: string, pointer: string): Defect {
  return { code: 'bad-document', details, pointer }
}

function quotedIn(message: string): string {
  return /"([^"]*)"/.exec(message)?.[1] ?? ''
}

function allQuotedIn(message: string): readonly string[] {
  return message
    .matchAll(/"([^"]*)"/g)
    .map(([, text = '']) => text)
    .toArray()
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
}
