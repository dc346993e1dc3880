import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { anyKeywords } from './any-keywords.ts'
import { arrayKeywords } from './array-keywords.ts'
import { Budget } from './budget.ts'
import type { Evaluation, Keyword, Misfit, Visit } from './evaluation.ts'
import { objectKeywords } from './object-keywords.ts'
import type { Schema, SchemaNode } from './read-schema.ts'
import { numberKeywords, stringKeywords } from './scalar-keywords.ts'
import { SchemaProblem } from './schema-problem.ts'

/** Maximum depth of nested nodes, including referenced ones. */
const DEEPEST = 1_000
/** Maximum number of misfits reported by one node. */
const MOST_MISFITS = 100

/**
 * All misfits of a value (JSON Schema, draft 7, and the newer keywords that do not contradict it).
 *
 * @throws SchemaProblem where the schema cannot be evaluated within bounds
 */
export function evaluateSchema(value: JsonValue, schema: Schema): readonly Misfit[] {
  const evaluation: Evaluation = {
    schema,
    budget: new Budget(),
    charge: ({ node }, units) => evaluation.budget.charge(units, schema.pointers.get(node) ?? ''),
    same: (visit, node, evaluated = new Set()) =>
      evaluate({ ...visit, depth: visit.depth + 1, evaluated }, node),
    part: (visit, name, part, node) => {
      const pointer = `${visit.pointer}/${escapeToken(name)}`
      return evaluate({ ...visit, value: part, pointer, depth: visit.depth + 1, evaluated: new Set() }, node)
    },
  }
  const start = { value, pointer: '', depth: 0, evaluated: new Set<string>(), evaluation }
  return evaluate({ ...start, node: {} }, schema.root)
}

function evaluate(around: Visit, node: SchemaNode): readonly Misfit[] {
  const { evaluation, pointer, depth } = around
  if (node === true) return []
  if (node === false) return [{ pointer, message: 'is not allowed here' }]
  const visit = { ...around, node }
  evaluation.charge(visit, 1 + sizeOf(node) + sizeOf(visit.value))
  if (depth > DEEPEST)
    throw new SchemaProblem('it refers to itself endlessly', evaluation.schema.pointers.get(node) ?? '')
  const target = evaluation.schema.targets.get(node)
  if (target !== undefined) return evaluation.same(visit, target, visit.evaluated)
  return found(visit, keywordsFor(visit.value))
}

function found(visit: Visit, keywords: readonly Keyword[]): readonly Misfit[] {
  const misfits: Misfit[] = []
  for (const keyword of [...anyKeywords, ...keywords])
    for (const misfit of keyword(visit)) if (misfits.length < MOST_MISFITS) misfits.push(misfit)
  return misfits
}

function keywordsFor(value: JsonValue): readonly Keyword[] {
  if (isJsonArray(value)) return arrayKeywords
  if (isJsonObject(value)) return objectKeywords
  if (isJsonNumber(value)) return numberKeywords
  return typeof value === 'string' ? stringKeywords : []
}

/**
 * The size of a node or a value that a keyword iterates over, excluding deeper levels, which are charged
 * separately.
 */
function sizeOf(value: JsonValue): number {
  if (isJsonArray(value)) return value.length
  return isJsonObject(value) ? Object.values(value).reduce<number>(addSize, 1) : 1
}

function addSize(sum: number, part: JsonValue): number {
  if (isJsonArray(part)) return sum + 1 + part.length
  return sum + 1 + (isJsonObject(part) ? keyCount(part) : 0)
}

function keyCount(mapping: JsonObject): number {
  return Object.keys(mapping).length
}
