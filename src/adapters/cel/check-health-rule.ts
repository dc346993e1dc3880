import type { HealthRule } from '../../model/rules.ts'
import { Cel, type ResultType } from './cel.ts'

/** The problem of one expression of a health rule, in one line. */
export interface RuleProblem {
  readonly field: keyof typeof EXPRESSIONS
  readonly problem: string
}

/** The expressions of a health rule, with their required types. */
const EXPRESSIONS = {
  suspended: 'bool',
  degraded: 'bool',
  progressing: 'bool',
  healthy: 'bool',
  message: 'string',
} as const satisfies Partial<Record<keyof HealthRule, ResultType>>

/** Checks a rule before anything is evaluated: syntax, unknown names, types. */
export function checkHealthRule(rule: HealthRule): readonly RuleProblem[] {
  const cel = new Cel()
  return (Object.keys(EXPRESSIONS) as RuleProblem['field'][]).flatMap((field) => {
    const text = rule[field]
    const problem = text === undefined ? undefined : cel.problemOf(text, EXPRESSIONS[field])
    return problem === undefined ? [] : [{ field, problem }]
  })
}
