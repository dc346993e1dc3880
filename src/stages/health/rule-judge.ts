import type { Cel } from '../../adapters/cel/cel.ts'
import { celValueOf } from '../../adapters/cel/cel-value.ts'
import { type Answer, Evaluation } from '../../adapters/cel/evaluation.ts'
import { gvkOf, type LiveObject } from '../../model/object.ts'
import type { HealthRule } from '../../model/rules.ts'
import type { Health } from '../../model/status.ts'
import { degraded, HEALTHY, type Judge, progressing, suspended, type Unhealthy } from './verdict.ts'

/** The states of a rule, in the order in which they are asked. */
const VERDICTS = { suspended, degraded, progressing }

/** What a rule leaves open. */
export interface Otherwise {
  /** Judges objects of which nothing holds, where the rule has no `healthy`. */
  readonly judge: Judge
  /** The message of an object of that status, where the rule has none; '' to name the rule. */
  readonly message: (object: LiveObject, status: string) => string
}

const NOTHING_MORE: Otherwise = { judge: () => HEALTHY, message: () => '' }

/**
 * Judges objects by the expressions of a rule. An expression that fails, such as for a missing field, does
 * not hold. Expressions see nothing secret of a Secret.
 */
export function ruleJudge(rule: HealthRule, cel: Cel, otherwise = NOTHING_MORE): Judge {
  const known = new WeakMap<LiveObject, Health>()
  const judge = judgeByRule(rule, cel, otherwise)
  return (object) => {
    const health = known.get(object) ?? judge(object)
    known.set(object, health)
    return health
  }
}

function judgeByRule(rule: HealthRule, cel: Cel, otherwise: Otherwise): Judge {
  const evaluation = (text: string | undefined) =>
    text === undefined ? undefined : new Evaluation(text, cel)
  const states = (['suspended', 'degraded', 'progressing'] as const).map(
    (name) => [name, evaluation(rule[name])] as const,
  )
  const well = evaluation(rule.healthy)
  const message = evaluation(rule.message)
  return (object) => {
    const value = celValueOf(withoutSecrets(object))
    const ask = (asked: Evaluation | undefined) => asked?.of(value, object.metadata.uid)
    const say = (name: keyof typeof VERDICTS, fallback: string): Unhealthy =>
      VERDICTS[name](textIn(ask(message)) ?? (otherwise.message(object, name) || fallback))
    const holding = states.find(([, state]) => holds(ask(state)))
    if (holding !== undefined) {
      const [name] = holding
      return say(name, `its rule for ${name} holds: ${rule[name]}`)
    }
    const answer = ask(well)
    if (answer === undefined) return otherwise.judge(object)
    if (holds(answer)) return HEALTHY
    return say('progressing', `its rule for healthy does not hold yet: ${rule.healthy}${reasonIn(answer)}`)
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
