import { isDeepStrictEqual } from 'node:util'
import { RE2JS, RE2JSException } from 're2js'
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { own, ownList, ownObject } from '../schema/raw-schema.ts'
import { type Combinations, combinationsOf } from './combinations.ts'
import type { Defect } from './defect.ts'
import { duplicates } from './duplicates.ts'
import { withDefaults } from './with-defaults.ts'

/** Limits of the checks here: no object nests deeper; longer patterns and texts are left to the server. */
const DEEPEST = 100
const LONGEST_PATTERN = 1_000
const LONGEST_TEXT = 10_000

/** Whether a CEL rule holds; undefined where that cannot be determined here. */
export type RuleHolds = (
  rule: string,
  schema: JsonObject,
  self: JsonValue,
  oldSelf: JsonValue | undefined,
) => boolean | undefined

interface Validator {
  readonly rules: RuleHolds
  readonly found: Defect[]
  /** Whether some part could not be checked here. */
  isUnsure: boolean
}

/** Position of a value in the object. */
interface Spot {
  /** JSON pointer. */
  readonly at: string
  readonly depth: number
}

const TOP: Spot = { at: '', depth: 0 }

/**
 * Defects for which the API server would refuse a custom resource, by the schema of its
 * CustomResourceDefinition (apiextensions.k8s.io/v1). Values unchanged since `old` are tolerated, as in the
 * server (validation ratcheting): a stricter schema does not invalidate existing objects. Anything uncertain
 * is no defect.
 *
 * @param old the live object; undefined for a create
 */
export function invalid(
  object: JsonObject,
  old: JsonObject | undefined,
  root: JsonObject,
  rules: RuleHolds,
): readonly Defect[] {
  const validator: Validator = { rules, found: [], isUnsure: false }
  const properties = { ...ownObject(root, 'properties') } as Record<string, JsonValue>
  for (const name of ['apiVersion', 'kind', 'metadata', 'status']) delete properties[name]
  const required = ownList(root, 'required').filter((name) => name !== 'status' && name !== 'metadata')
  const schema = { ...root, properties, required }
  const filled = withDefaults(object, root)
  validate(validator, filled, old, schema, TOP)
  const hadTwice = old !== undefined && duplicates(old, schema).length > 0
  return hadTwice ? validator.found : [...validator.found, ...duplicates(filled, schema)]
}

function validate(
  validator: Validator,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  spot: Spot,
): void {
  const { at, depth } = spot
  if (old !== undefined && isDeepStrictEqual(value, old)) return
  if (value === null || depth > DEEPEST || isBeyond(value, schema)) validator.isUnsure = true
  if (value === null || depth > DEEPEST) return
  for (const message of [...problemsOf(value, schema), ...combined(validator, value, old, schema, depth)])
    validator.found.push(defect(message, at, value))
  checkRules(validator, value, old, schema, at)
  if (isJsonArray(value)) validateItems(validator, value, old, schema, spot)
  else if (isJsonObject(value)) validateFields(validator, value, old, schema, spot)
}

function below({ at, depth }: Spot, token: string): Spot {
  return { at: `${at}/${escapeToken(token)}`, depth: depth + 1 }
}

function defect(message: string, pointer: string, value: JsonValue): Defect {
  const told = typeof value === 'object' ? {} : { value }
  return { code: 'invalid-field', pointer, message, isOfDecoding: false, ...told }
}

function validateItems(
  validator: Validator,
  value: readonly JsonValue[],
  old: JsonValue | undefined,
  schema: JsonObject,
  spot: Spot,
): void {
  const { items } = schema
  if (!isJsonObject(items)) return
  const before = isJsonArray(old) ? old : []
  value.forEach((item, index) => {
    validate(validator, item, counterpart(item, before, schema), items, below(spot, String(index)))
  })
}

/** Previous state of an element: by its keys in a map list, else an equal element. */
function counterpart(
  item: JsonValue,
  before: readonly JsonValue[],
  schema: JsonObject,
): JsonValue | undefined {
  const keys = ownList(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string')
  if (schema['x-kubernetes-list-type'] !== 'map' || !isJsonObject(item))
    return before.find((each) => isDeepStrictEqual(each, item))
  return before.find((each) => isJsonObject(each) && keys.every((key) => each[key] === item[key]))
}

function validateFields(
  validator: Validator,
  value: JsonObject,
  old: JsonValue | undefined,
  schema: JsonObject,
  spot: Spot,
): void {
  const properties = ownObject(schema, 'properties')
  const others = schema.additionalProperties
  for (const name of ownList(schema, 'required'))
    if (typeof name === 'string' && !Object.hasOwn(value, name))
      validator.found.push(defect('is required', below(spot, name).at, {}))
  for (const [key, item] of Object.entries(value)) {
    const property = own(properties, key) ?? others
    if (!isJsonObject(property)) continue
    const before = isJsonObject(old) ? own(old, key) : undefined
    validate(validator, item, before, property, below(spot, key))
  }
}

/** Checks the rules of x-kubernetes-validations that can be evaluated here. */
function checkRules(
  validator: Validator,
  self: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  at: string,
): void {
  for (const { rule, message } of rulesOf(schema, old !== undefined)) {
    const before = isOfChange(rule) ? old : undefined
    const holds = validator.rules(rule, schema, self, before)
    if (holds === undefined) validator.isUnsure = true
    else if (!holds)
      validator.found.push(
        before === undefined ? defect(message, at, {}) : refusedChange(message, at, rule, [self, before]),
      )
  }
}

/** A change that a rule about the earlier value refuses; a new object would not be checked against it. */
function refusedChange(
  message: string,
  at: string,
  rule: string,
  [self, before]: readonly [self: JsonValue, before: JsonValue],
): Defect {
  const [key, ...others] =
    isJsonObject(self) && isJsonObject(before)
      ? [...new Set([...Object.keys(self), ...Object.keys(before)])].filter(
          (name) => rule.includes(`.${name}`) && !isDeepStrictEqual(own(self, name), own(before, name)),
        )
      : []
  const pointer = key === undefined || others.length > 0 ? at : `${at}/${escapeToken(key)}`
  return { code: 'needs-replacement', pointer, message, isOfDecoding: false }
}

interface Rule {
  readonly rule: string
  readonly message: string
}

function rulesOf(schema: JsonObject, isUpdate: boolean): readonly Rule[] {
  const all = ownList(schema, 'x-kubernetes-validations').filter(isJsonObject)
  return all.flatMap(({ rule, message, optionalOldSelf }) => {
    if (typeof rule !== 'string' || optionalOldSelf === true) return []
    if (isOfChange(rule) && !isUpdate) return []
    return [{ rule, message: typeof message === 'string' ? message : `does not satisfy ${rule}` }]
  })
}

function isOfChange(rule: string): boolean {
  return /\boldSelf\b/.test(rule)
}

/** Problems of the value itself, by the JSON Schema keywords that a CRD may use. */
function problemsOf(value: JsonValue, schema: JsonObject): readonly string[] {
  const problems: string[] = []
  const { enum: allowed } = schema
  if (isJsonArray(allowed) && !allowed.some((each) => isDeepStrictEqual(each, value)))
    problems.push(`is not one of ${allowed.map(String).join(', ')}`)
  if (isJsonNumber(value)) problems.push(...numberProblems(value, schema))
  if (typeof value === 'string') problems.push(...textProblems(value, schema))
  if (isJsonArray(value)) problems.push(...countProblems(value.length, schema, 'Items', 'elements'))
  else if (isJsonObject(value))
    problems.push(...countProblems(Object.keys(value).length, schema, 'Properties', 'fields'))
  return problems
}

function numberProblems(value: number | bigint, schema: JsonObject): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const problems: string[] = []
  if (typeof minimum === 'number' && (value < minimum || (exclusiveMinimum === true && value === minimum)))
    problems.push(`violates the minimum of ${minimum}`)
  if (typeof maximum === 'number' && (value > maximum || (exclusiveMaximum === true && value === maximum)))
    problems.push(`violates the maximum of ${maximum}`)
  if (isWhole(value) && isWhole(multipleOf) && value % multipleOf !== 0)
    problems.push(`is not a multiple of ${multipleOf}`)
  return problems
}

function textProblems(value: string, schema: JsonObject): readonly string[] {
  const { pattern } = schema
  const problems = [...countProblems([...value].length, schema, 'Length', 'characters')]
  if (typeof pattern === 'string' && matches(value, pattern) === false)
    problems.push(`does not match ${pattern}`)
  return problems
}

/** Matches like Go's regexp (RE2), which the API server uses; undefined where the result is unknown. */
function matches(value: string, pattern: string): boolean | undefined {
  if (pattern.length > LONGEST_PATTERN || value.length > LONGEST_TEXT) return undefined
  try {
    return RE2JS.compile(pattern).matcher(value).find()
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return undefined
  }
}

function countProblems(
  count: number,
  schema: JsonObject,
  what: 'Items' | 'Properties' | 'Length',
  unit: string,
): readonly string[] {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]]
  return [
    ...(typeof least === 'number' && count < least ? [`has fewer than ${least} ${unit}`] : []),
    ...(typeof most === 'number' && count > most ? [`has more than ${most} ${unit}`] : []),
  ]
}

/**
 * Violations of allOf, anyOf, oneOf and not, which only constrain values in a CRD's structural schema.
 * Earlier violations are left to the server: parts of the value may be unchanged.
 */
function combined(
  validator: Validator,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  depth: number,
): readonly string[] {
  const { problems, isUnsure } = combinationsIn(validator, value, schema, depth)
  if (isUnsure) validator.isUnsure = true
  if (problems.length === 0 || old === undefined) return problems
  const before = combinationsIn(validator, old, schema, depth)
  return before.problems.length > 0 || before.isUnsure ? [] : problems
}

function combinationsIn(
  { rules }: Validator,
  value: JsonValue,
  schema: JsonObject,
  depth: number,
): Combinations {
  return combinationsOf(schema, (other) => {
    if (!isJsonObject(other)) return undefined
    const inner: Validator = { rules, found: [], isUnsure: false }
    validate(inner, value, undefined, other, { at: '', depth: depth + 1 })
    if (inner.found.length > 0 || !isOfType(value, other.type)) return false
    return inner.isUnsure ? undefined : true
  })
}

/** Whether the schema has keywords that are not evaluated here for this value. */
function isBeyond(value: JsonValue, schema: JsonObject): boolean {
  const { format, pattern, multipleOf, uniqueItems, additionalProperties } = schema
  if (format !== undefined) return true
  if (typeof value === 'string') return typeof pattern === 'string' && matches(value, pattern) === undefined
  if (isJsonNumber(value)) return multipleOf !== undefined && !(isWhole(value) && isWhole(multipleOf))
  return uniqueItems === true || additionalProperties === false
}

function isWhole(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && value !== 0
}

function isOfType(value: JsonValue, type: JsonValue | undefined): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type
    case 'number':
      return isJsonNumber(value)
    case 'integer':
      return isJsonNumber(value) && Number.isInteger(Number(value))
    case 'array':
      return isJsonArray(value)
    case 'object':
      return isJsonObject(value)
    default:
      return true
  }
}
