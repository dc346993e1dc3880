import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { Cel, type Expression } from './cel.ts'
import { isUnordered, typedValueOf } from './typed-value.ts'

/** Maximum number of compiled rules that are kept. */
const KEPT = 1_000
/** String literals in a rule, except those with escapes, which might end elsewhere. */
const LITERALS = /'[^'\\]*'|"[^"\\]*"/g

/** Evaluates rules of x-kubernetes-validations (apiextensions.k8s.io/v1), each compiled once. */
export class ValidationRules {
  readonly #cel = new Cel('self', 'oldSelf')
  readonly #compiled = new Map<string, Expression | undefined>()
  readonly #unordered = new WeakMap<JsonObject, boolean>()

  /**
   * Whether a rule holds; undefined if unknown: it uses functions that only the API server has, or values
   * that differ there.
   *
   * @param schema of the value
   */
  readonly holds = (
    rule: string,
    schema: JsonObject,
    self: JsonValue,
    oldSelf: JsonValue | undefined,
  ): boolean | undefined => {
    const expression = this.#compile(rule)
    if (expression === undefined) return undefined
    const answer = (isSorted: boolean) =>
      answerOf(
        expression,
        typedValueOf(self, schema, isSorted),
        typedValueOf(oldSelf ?? null, schema, isSorted),
      )
    const found = answer(false)
    if (found === undefined || !this.#hasUnordered(schema)) return found
    // The server compares these lists as sets, and `+` unites them there. Here they are lists.
    return !rule.replace(LITERALS, '').includes('+') && answer(true) === found ? found : undefined
  }

  #hasUnordered(schema: JsonObject): boolean {
    const known = this.#unordered.get(schema) ?? hasUnordered(schema)
    this.#unordered.set(schema, known)
    return known
  }

  #compile(rule: string): Expression | undefined {
    if (this.#compiled.has(rule)) return this.#compiled.get(rule)
    if (this.#compiled.size >= KEPT) this.#compiled.clear()
    const expression = this.#cel.problemOf(rule, 'bool') === undefined ? this.#cel.compile(rule) : undefined
    this.#compiled.set(rule, expression)
    return expression
  }
}

function answerOf(expression: Expression, self: unknown, oldSelf: unknown): boolean | undefined {
  try {
    const result = expression(self, oldSelf)
    return typeof result === 'boolean' ? result : undefined
  } catch {
    return undefined // if a rule fails here, the API server decides
  }
}

function hasUnordered(schema: JsonValue): boolean {
  if (isJsonArray(schema)) return schema.some(hasUnordered)
  if (!isJsonObject(schema)) return false
  return isUnordered(schema) || Object.values(schema).some(hasUnordered)
}
