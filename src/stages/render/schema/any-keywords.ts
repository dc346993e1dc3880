import { isJsonArray, type JsonValue } from '../../../model/json.ts'
import { type Keyword, type Misfit, misfit, unfit, type Visit } from './evaluation.ts'
import { excerpt } from './excerpt.ts'
import type { SchemaNode } from './read-schema.ts'
import { isSameJson } from './same-json.ts'

/** Keywords for values of any type. */
export const anyKeywords: readonly Keyword[] = [
  type,
  constant,
  enumeration,
  not,
  anyOf,
  allOf,
  oneOf,
  ifThenElse,
]

function type(visit: Visit): readonly Misfit[] {
  const { type: expected } = visit.node
  if (expected === undefined) return []
  const names = isJsonArray(expected) ? expected : [expected]
  if (names.some((name) => isOfType(visit.value, name))) return []
  return unfit(visit, names.map((name) => TYPES[String(name)] ?? String(name)).join(' or '))
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
}

function isOfType(value: JsonValue, name: JsonValue): boolean {
  return typeOf(value) === name || (name === 'integer' && isWhole(value))
}

function isWhole(value: JsonValue): boolean {
  return typeof value === 'bigint' || Number.isInteger(value)
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (isJsonArray(value)) return 'array'
  return typeof value === 'bigint' ? 'number' : typeof value
}

function constant(visit: Visit): readonly Misfit[] {
  const { const: expected } = visit.node
  if (expected === undefined || isSame(visit, expected)) return []
  return unfit(visit, excerpt(expected))
}

function enumeration(visit: Visit): readonly Misfit[] {
  const { enum: allowed } = visit.node
  if (!isJsonArray(allowed) || allowed.some((one) => isSame(visit, one))) return []
  return unfit(visit, `one of ${excerpt(allowed)}`)
}

function isSame(visit: Visit, other: JsonValue): boolean {
  return isSameJson(visit.value, other, (units) => visit.evaluation.charge(visit, units))
}

function not(visit: Visit): readonly Misfit[] {
  const { not: node } = visit.node
  if (node === undefined || visit.evaluation.same(visit, node as SchemaNode).length > 0) return []
  return misfit(visit, 'is a value that the schema excludes ("not")')
}

/** The misfits by each of several nodes; parts evaluated by matching nodes count as evaluated. */
function branches(visit: Visit, nodes: readonly JsonValue[]): readonly (readonly Misfit[])[] {
  const found = nodes.map((node) => {
    const evaluated = new Set(visit.evaluated)
    return { evaluated, misfits: visit.evaluation.same(visit, node as SchemaNode, evaluated) }
  })
  for (const { evaluated, misfits } of found)
    if (misfits.length === 0) for (const name of evaluated) visit.evaluated.add(name)
  return found.map(({ misfits }) => misfits)
}

function anyOf(visit: Visit): readonly Misfit[] {
  if (!isJsonArray(visit.node.anyOf)) return []
  const found = branches(visit, visit.node.anyOf)
  if (found.some(({ length }) => length === 0)) return []
  return [...misfit(visit, 'fits none of the alternatives ("anyOf")'), ...found.flat()]
}

function allOf(visit: Visit): readonly Misfit[] {
  return isJsonArray(visit.node.allOf) ? branches(visit, visit.node.allOf).flat() : []
}

function oneOf(visit: Visit): readonly Misfit[] {
  if (!isJsonArray(visit.node.oneOf)) return []
  const found = branches(visit, visit.node.oneOf)
  const matches = found.filter(({ length }) => length === 0).length
  if (matches === 1) return []
  return [
    ...misfit(visit, `fits ${matches} of the alternatives; expected exactly one ("oneOf")`),
    ...found.flat(),
  ]
}

function ifThenElse(visit: Visit): readonly Misfit[] {
  const { if: condition, then: fits, else: other } = visit.node
  if (condition === undefined) return []
  const evaluated = new Set<string>()
  const isMet = visit.evaluation.same(visit, condition as SchemaNode, evaluated).length === 0
  if (isMet) for (const name of evaluated) visit.evaluated.add(name)
  const next = isMet ? fits : other
  const found = next === undefined ? [] : visit.evaluation.same(visit, next as SchemaNode, visit.evaluated)
  if (found.length === 0) return []
  return [...misfit(visit, `does not fit the schema's "${isMet ? 'then' : 'else'}"`), ...found]
}
