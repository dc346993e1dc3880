import { Cel } from './cel.ts'
import { celValueOf } from './cel-value.ts'
import { type Answer, evaluationProblem } from './evaluation.ts'

/** Variables of a check of a rollout. */
const VARIABLES = ['group', 'members', 'counts'] as const

/** The problem of the expression of a check, in one line; undefined for a valid one. */
export function checkExpressionProblem(text: string): string | undefined {
  return new Cel(...VARIABLES).problemOf(text, 'bool')
}

/** Evaluates the expression of a check, which is valid, over JSON values. */
export function evaluateCheck(
  text: string,
  values: Readonly<Record<(typeof VARIABLES)[number], unknown>>,
): Answer {
  try {
    const evaluate = new Cel(...VARIABLES).compile(text)
    return { value: evaluate(...VARIABLES.map((name) => celValueOf(values[name]))) }
  } catch (error) {
    return { error: evaluationProblem(error) }
  }
}
