import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { SchemaProblem } from './schema-problem.ts'

/** Nodes below a keyword, by their pointers from there. */
type Nodes = readonly (readonly [words: string, node: JsonValue])[]

/** The nodes below a keyword; undefined for an invalid value of the keyword. */
type Shape = (value: JsonValue) => Nodes | undefined

const NONE: Nodes = []

const schema: Shape = (value) => [['', value]]
const list: Shape = (value) =>
  isJsonArray(value) ? value.map((node, index) => [`/${index}`, node] as const) : undefined
const mapping: Shape = (value) => (isJsonObject(value) ? each(value) : undefined)
const schemaOrList: Shape = (value) => list(value) ?? schema(value)
const schemaOrTexts: Shape = (value) => mapping(value)?.filter(([, node]) => !isTexts(node))
const texts: Shape = (value) => (isTexts(value) ? NONE : undefined)
const textOrTexts: Shape = (value) => (typeof value === 'string' || isTexts(value) ? NONE : undefined)
const text: Shape = (value) => (typeof value === 'string' ? NONE : undefined)
const number: Shape = (value) => (isJsonNumber(value) ? NONE : undefined)
const values: Shape = (value) => (isJsonArray(value) ? NONE : undefined)

/** Valid shapes by keyword. Draft 4 has `exclusiveMinimum: true`, so that keyword accepts any value. */
const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ...keywords(schema, 'additionalItems unevaluatedItems contains additionalProperties'),
  ...keywords(schema, 'unevaluatedProperties propertyNames not if then else'),
  ...keywords(list, 'allOf anyOf oneOf prefixItems'),
  ...keywords(mapping, '$defs definitions properties patternProperties dependentSchemas'),
  ...keywords(schemaOrList, 'items'),
  ...keywords(schemaOrTexts, 'dependencies dependentRequired'),
  ...keywords(texts, 'required'),
  ...keywords(textOrTexts, 'type'),
  ...keywords(text, '$id $ref $anchor pattern format'),
  ...keywords(number, 'minimum maximum multipleOf minLength maxLength minItems maxItems'),
  ...keywords(number, 'minProperties maxProperties minContains maxContains'),
  ...keywords(values, 'enum'),
])

function keywords(shape: Shape, names: string): readonly (readonly [string, Shape])[] {
  return names.split(' ').map((name) => [name, shape])
}

export interface PlacedNode {
  readonly node: JsonValue
  readonly pointer: string
}

/** The nodes directly below a node. @throws SchemaProblem for an invalid value of a keyword */
export function nodesBelow(node: JsonObject, pointer: string): readonly PlacedNode[] {
  return Object.entries(node).flatMap(([keyword, value]) => {
    const at = `${pointer}/${escapeToken(keyword)}`
    const shape = SHAPES.get(keyword)
    const found = shape ? shape(value) : NONE
    if (found === undefined) throw new SchemaProblem(`${keyword} has an invalid value`, at)
    return found.map(([words, below]) => ({ node: below, pointer: at + words }))
  })
}

function each(nodes: JsonObject): Nodes {
  return Object.entries(nodes).map(([name, node]) => [`/${escapeToken(name)}`, node])
}

function isTexts(value: JsonValue): boolean {
  return isJsonArray(value) && value.every((item) => typeof item === 'string')
}
