import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts'
import { Cel, type Expression } from './cel.ts'
import { celValueOf } from './cel-value.ts'

/** Maximum number of compiled rules that are kept. */
const KEPT = 1_000
/** Formats of texts that are values of another type in the rules of a CustomResourceDefinition. */
const TYPED_FORMATS: ReadonlySet<JsonValue> = new Set(['date-time', 'date', 'duration', 'byte'])

/** Evaluates rules of x-kubernetes-validations (apiextensions.k8s.io/v1), each compiled once. */
export class ValidationRules {
  readonly #cel = new Cel('self', 'oldSelf')
  readonly #compiled = new Map<string, Expression | undefined>()

  /**
   * Whether a rule holds; undefined where that cannot be told: it uses functions of the API server alone,
   * or values that have other types there.
   *
   * @param schema of the value
   */
  readonly holds = (
    rule: string,
    schema: JsonObject,
    self: JsonValue,
    oldSelf: JsonValue | undefined,
  ): boolean | undefined => {
    if (hasOtherTypes(schema, oldSelf !== undefined)) return undefined
    const expression = this.#compile(rule)
    if (expression === undefined) return undefined
    try {
      const result = expression(celValueOf(self), celValueOf(oldSelf ?? null))
      return typeof result === 'boolean' ? result : undefined
    } catch {
      return undefined
    }
  }

  #compile(rule: string): Expression | undefined {
    if (this.#compiled.has(rule)) return this.#compiled.get(rule)
    if (this.#compiled.size >= KEPT) this.#compiled.clear()
    const expression = this.#cel.problemOf(rule, 'bool') === undefined ? this.#cel.compile(rule) : undefined
    this.#compiled.set(rule, expression)
    return expression
  }
}

/** Numbers that are whole here and double there, texts that are times there, lists that compare as sets. */
function hasOtherTypes(schema: JsonValue, compares: boolean): boolean {
  if (isJsonArray(schema)) return schema.some((item) => hasOtherTypes(item, compares))
  if (!isJsonObject(schema)) return false
  const { type, format } = schema
  const listType = schema['x-kubernetes-list-type']
  if (type === 'number' || (format !== undefined && TYPED_FORMATS.has(format))) return true
  if (compares && (listType === 'set' || listType === 'map')) return true
  return Object.values(schema).some((item) => hasOtherTypes(item, compares))
}
