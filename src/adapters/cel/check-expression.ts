import { Cel } from './cel.ts'

/** Variables of a check of a rollout. */
export const CHECK_VARIABLES = ['group', 'members', 'counts'] as const

/** The problem of the expression of a check, in one line; undefined for a valid one. */
export function checkExpressionProblem(text: string): string | undefined {
  return new Cel(...CHECK_VARIABLES).problemOf(text, 'bool')
}
