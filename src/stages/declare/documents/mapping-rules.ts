import { Cel, type Expression } from '../../../adapters/cel/cel.ts'
import { celValueOf } from '../../../adapters/cel/cel-value.ts'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import type { DocumentRule, DocumentSchema } from './document-schema.ts'

/** A rule of a schema that a mapping violates, with the mapping's pointer. */
export interface BrokenRule {
  readonly message: string
  readonly pointer: string
}

/** Finds the violated rules of mappings in a value that is otherwise valid by the schema. */
export function brokenRules(
  value: JsonValue,
  schema: DocumentSchema,
  pointer: string,
): readonly BrokenRule[] {
  if ('items' in schema && isJsonArray(value))
    return value.flatMap((item, index) => brokenRules(item, schema.items, `${pointer}/${index}`))
  if (!isJsonObject(value)) return []
  if ('additionalProperties' in schema)
    return Object.entries(value).flatMap(([name, field]) =>
      brokenRules(field, schema.additionalProperties, `${pointer}/${escapeToken(name)}`),
    )
  if (!('properties' in schema)) return []
  const below = Object.entries(value).flatMap(([name, field]) => {
    const part = schema.properties[name]
    return part ? brokenRules(field, part, `${pointer}/${escapeToken(name)}`) : []
  })
  const broken = (schema.rules ?? []).filter((each) => !holds(each, value))
  const found = broken.map(({ message, field }) => ({
    message,
    pointer: field === undefined ? pointer : `${pointer}/${escapeToken(field)}`,
  }))
  return [...found, ...below]
}

/** The rules of a schema are constants. */
const compiled = new WeakMap<DocumentRule, Expression>()

function holds(rule: DocumentRule, value: JsonValue): boolean {
  const expression = compiled.get(rule) ?? new Cel('self').compile(rule.rule)
  compiled.set(rule, expression)
  return expression(celValueOf(value)) === true
}
