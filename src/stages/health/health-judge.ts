import { Cel } from '../../adapters/cel/cel.ts'
import { keyOf, type LiveObject } from '../../model/object.ts'
import { type HealthRule, selects } from '../../model/rules.ts'
import { builtInJudge } from './built-in-judge.ts'
import { boundedExpressions } from './rule-expressions.ts'
import { judgeOnce, ruleJudge } from './rule-judge.ts'
import { unsettledHealth } from './unsettled-health.ts'
import type { Judge } from './verdict.ts'
import { type Hidden, withholdOnce } from './withheld.ts'

/** Judges objects by rules, which do not see what is hidden. */
export type RuleJudge = (object: LiveObject, hidden?: Hidden) => ReturnType<Judge>

/**
 * Judges objects by the first of these rules that selects them, else by what is built in. No rule judges
 * objects that are being deleted or whose controller has not seen the last change. Each rule is compiled once.
 */
export function healthJudge(
  rules: readonly HealthRule[],
  cel = new Cel(),
  builtIn: Judge = builtInJudge(),
): RuleJudge {
  const withhold = withholdOnce()
  const expressions = boundedExpressions(cel)
  const judges = new Map(
    rules.filter(hasExpression).map((rule) => [rule, judgeOnce(ruleJudge(rule, expressions))]),
  )
  return (object, hidden) => {
    const unsettled = unsettledHealth(object)
    if (unsettled !== undefined) return unsettled
    const rule = ruleFor(object, rules)
    const ruled = rule && judges.get(rule)
    return ruled ? ruled(withhold(object, hidden)) : builtIn(object)
  }
}

/** The first rule that selects an object. */
export function ruleFor(object: LiveObject, rules: readonly HealthRule[]): HealthRule | undefined {
  return rules.length === 0 ? undefined : rules.find(({ objects }) => selects(objects, keyOf(object)))
}

/** A rule without expressions only sets the deadline. */
function hasExpression({ suspended, degraded, progressing, healthy }: HealthRule): boolean {
  return [suspended, degraded, progressing, healthy].some((expression) => expression !== undefined)
}
