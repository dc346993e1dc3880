import type { Cel } from '../../adapters/cel/cel.ts'
import { celValueOf } from '../../adapters/cel/cel-value.ts'
import { type Answer, Evaluation } from '../../adapters/cel/evaluation.ts'
import { gvkOf, type LiveObject } from '../../model/object.ts'
import type { HealthRule } from '../../model/rules.ts'
import type { Health } from '../../model/status.ts'
import { degraded, HEALTHY, type Judge, progressing } from './verdict.ts'

/**
 * Judges objects by the expressions of a rule. An expression that fails, such as for a missing field, does
 * not hold. Expressions see nothing secret of a Secret.
 */
export function ruleJudge(rule: HealthRule, cel: Cel): Judge {
  const known = new WeakMap<LiveObject, Health>()
  const judge = judgeByRule(rule, cel)
  return (object) => {
    const health = known.get(object) ?? judge(object)
    known.set(object, health)
    return health
  }
}

function judgeByRule(rule: HealthRule, cel: Cel): Judge {
  const evaluation = (text: string | undefined) =>
    text === undefined ? undefined : new Evaluation(text, cel)
  const failed = evaluation(rule.degraded)
  const goingOn = evaluation(rule.progressing)
  const well = evaluation(rule.healthy)
  const message = evaluation(rule.message)
  return (object) => {
    const value = celValueOf(withoutSecrets(object))
    const ask = (asked: Evaluation | undefined) => asked?.of(value, object.metadata.uid)
    const say = (otherwise: string) => textIn(ask(message)) ?? otherwise
    if (holds(ask(failed))) return degraded(say(`its rule for degraded holds: ${rule.degraded}`))
    if (holds(ask(goingOn))) return progressing(say(`its rule for progressing holds: ${rule.progressing}`))
    const answer = ask(well)
    if (answer === undefined || holds(answer)) return HEALTHY
    return progressing(say(`its rule for healthy does not hold yet: ${rule.healthy}${reasonIn(answer)}`))
  }
}

function holds(answer: Answer | undefined): boolean {
  return answer !== undefined && 'value' in answer && answer.value === true
}

function reasonIn(answer: Answer): string {
  return 'error' in answer ? ` (${answer.error})` : ''
}

function textIn(answer: Answer | undefined): string | undefined {
  const text = answer && 'value' in answer ? answer.value : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** Drops data, and annotations too: kubectl keeps the whole Secret in one. */
function withoutSecrets(object: LiveObject): LiveObject {
  const { group, kind } = gvkOf(object)
  if (group !== '' || kind !== 'Secret') return object
  const { apiVersion, type } = object
  return { apiVersion, kind, type, metadata: { ...object.metadata, annotations: {} } }
}
