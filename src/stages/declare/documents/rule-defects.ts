import { checkHealthRule } from '../../../adapters/cel/check-health-rule.ts'
import type { Rules } from '../../../model/rules.ts'
import type { Defect } from '../defect.ts'

/**
 * Defects of expressions that can't be evaluated.
 * @param pointer of the mapping that contains the rules
 */
export function ruleDefects({ health }: Rules, pointer: string): readonly Defect[] {
  return health.flatMap((rule, index) =>
    checkHealthRule(rule).map(({ field, problem }) => ({
      code: 'bad-expression',
      details: problem,
      pointer: `${pointer}/health/${index}/${field}`,
    })),
  )
}
