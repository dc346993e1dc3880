import { didYouMean } from '../../../model/did-you-mean.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { quoted } from '../../../model/quoted.ts'
import { type Keyword, type Misfit, misfit, type Visit } from './evaluation.ts'
import type { SchemaNode } from './read-schema.ts'

/** Maximum number of unknown keys of a mapping that are compared with the known ones. */
const MOST_TYPOS = 20

/** Keywords for mappings, ordered so that each knows which parts those before it have evaluated. */
export const objectKeywords: readonly Keyword[] = [
  required,
  propertyCount,
  propertyNames,
  dependencies,
  properties,
]

function required(visit: Visit): readonly Misfit[] {
  const { value, node } = visit
  if (!isJsonArray(node.required)) return []
  return node.required
    .filter((name) => !Object.hasOwn(value as JsonObject, String(name)))
    .flatMap((name) => missing(visit, name))
}

function propertyCount(visit: Visit): readonly Misfit[] {
  const { minProperties, maxProperties } = visit.node
  const { length } = Object.keys(visit.value as JsonObject)
  return [
    ...(typeof minProperties === 'number' && length < minProperties
      ? misfit(visit, `has ${length} keys; expected at least ${minProperties}`)
      : []),
    ...(typeof maxProperties === 'number' && length > maxProperties
      ? misfit(visit, `has ${length} keys; expected at most ${maxProperties}`)
      : []),
  ]
}

function propertyNames(visit: Visit): readonly Misfit[] {
  const { propertyNames: node } = visit.node
  if (node === undefined) return []
  return Object.keys(visit.value as JsonObject).flatMap((name) => {
    const found = visit.evaluation.part(visit, name, name, node as SchemaNode)
    return found.length === 0
      ? []
      : [...misfit(visit, `has the key ${quoted(name)}, which the schema does not allow`), ...found]
  })
}

function dependencies(visit: Visit): readonly Misfit[] {
  const { dependencies: either, dependentRequired, dependentSchemas } = visit.node
  return [either, dependentRequired, dependentSchemas].flatMap((mapping) =>
    Object.entries(isJsonObject(mapping) ? mapping : {})
      .filter(([name]) => Object.hasOwn(visit.value as JsonObject, name))
      .flatMap(([name, needed]) => dependency(visit, name, needed)),
  )
}

function dependency(visit: Visit, name: string, needed: JsonValue): readonly Misfit[] {
  if (isJsonArray(needed))
    return needed
      .filter((other) => !Object.hasOwn(visit.value as JsonObject, String(other)))
      .flatMap((other) => misfit(visit, `has ${quoted(name)}, and then needs ${quoted(String(other))}, too`))
  const found = visit.evaluation.same(visit, needed as SchemaNode, visit.evaluated)
  if (found.length === 0) return []
  return [...misfit(visit, `has ${quoted(name)}, and does not fit what the schema asks for then`), ...found]
}

function properties(visit: Visit): readonly Misfit[] {
  const { additionalProperties, unevaluatedProperties } = visit.node
  const named = new Set<string>()
  const found = [...ownProperties(visit, named), ...patternProperties(visit, named)]
  for (const name of named) visit.evaluated.add(name)
  if (additionalProperties !== undefined)
    return [...found, ...others(visit, named, additionalProperties as SchemaNode)]
  if (unevaluatedProperties === undefined) return found
  const rest = others(visit, visit.evaluated, unevaluatedProperties as SchemaNode)
  return [...found, ...rest]
}

function ownProperties(visit: Visit, named: Set<string>): readonly Misfit[] {
  const value = visit.value as JsonObject
  const { properties: nodes } = visit.node
  if (!isJsonObject(nodes)) return []
  return Object.entries(nodes).flatMap(([name, node]) => {
    if (!Object.hasOwn(value, name)) return []
    named.add(name)
    return visit.evaluation.part(visit, name, value[name] ?? null, node as SchemaNode)
  })
}

function patternProperties(visit: Visit, named: Set<string>): readonly Misfit[] {
  const { patternProperties: nodes } = visit.node
  if (!isJsonObject(nodes)) return []
  return Object.entries(nodes).flatMap(([text, node]) =>
    Object.entries(visit.value as JsonObject)
      .filter(([name]) => isMatch(visit, text, name))
      .flatMap(([name, item]) => {
        named.add(name)
        const found = visit.evaluation.part(visit, name, item, node as SchemaNode)
        const message = `has the key ${quoted(name)}, whose value does not fit the schema of ${quoted(text)}`
        return found.length === 0 ? [] : [...misfit(visit, message), ...found]
      }),
  )
}

/** Whether a pattern of the schema matches anywhere in a text. */
export function isMatch(visit: Visit, text: string, subject: string): boolean {
  const pattern = visit.evaluation.schema.patterns.get(text)
  if (pattern === undefined) return true
  visit.evaluation.charge(visit, pattern.costOf(subject.length))
  return pattern.matches(subject)
}

function others(visit: Visit, known: Set<string>, node: SchemaNode): readonly Misfit[] {
  const rest = Object.entries(visit.value as JsonObject).filter(([name]) => !known.has(name))
  return rest.flatMap(([name, item]) => {
    visit.evaluated.add(name)
    return node === false
      ? unknownKey(visit, name, rest.length)
      : visit.evaluation.part(visit, name, item, node)
  })
}

function missing({ pointer }: Visit, name: JsonValue): readonly Misfit[] {
  return [{ pointer: `${pointer}/${escapeToken(String(name))}`, message: 'is missing' }]
}

/** Many unknown keys are no typos, and comparing each with all known ones would take time. */
function unknownKey({ pointer, node }: Visit, name: string, count: number): readonly Misfit[] {
  const names = isJsonObject(node.properties) && count <= MOST_TYPOS ? Object.keys(node.properties) : []
  const near = didYouMean(name, names)
  return [
    { pointer: `${pointer}/${escapeToken(name)}`, message: `is not among the values of the template${near}` },
  ]
}
