import { EvaluationError } from '@marcbachmann/cel-js'
import type { Cel, Expression } from './cel.ts'
import { TooMuchWork } from './meter.ts'

/** The result of an expression, or its error: without values of the object. */
export type Answer = { readonly value: unknown } | { readonly error: string }

/** Number of objects that an expression may exceed the budget for before its evaluation stops. */
const STRIKES = 5
/** Errors whose text names fields and types, but no values. */
const TELLING = new Set([
  'invalid_logical_operand',
  'no_matching_overload',
  'no_such_key',
  'no_such_overload',
])

/** One expression, evaluated for many objects. Compiled on first use. */
export class Evaluation {
  readonly #text: string
  readonly #cel: Cel
  readonly #tooMuchFor = new Set<string>()
  #expression: Expression | undefined

  constructor(text: string, cel: Cel) {
    this.#text = text
    this.#cel = cel
  }

  /**
   * @param value of celValueOf
   * @param uid the object's, which is not evaluated again once it exceeded the budget
   */
  of(value: unknown, uid: string): Answer {
    if (this.#tooMuchFor.has(uid) || this.#tooMuchFor.size >= STRIKES) return { error: 'takes too long' }
    try {
      this.#expression ??= this.#cel.compile(this.#text)
      return { value: this.#expression(value) }
    } catch (error) {
      if (error instanceof TooMuchWork) this.#tooMuchFor.add(uid)
      return { error: evaluationProblem(error) }
    }
  }
}

/** Why an evaluation failed, without values. */
export function evaluationProblem(error: unknown): string {
  if (error instanceof TooMuchWork) return error.message
  return error instanceof EvaluationError && TELLING.has(error.code) ? error.summary : 'evaluation fails'
}
