import type { LiveObject } from '../../model/object.ts'
import type { HealthRule } from '../../model/rules.ts'
import type { Health } from '../../model/status.ts'
import { type Expressions, Failure } from './rule-expressions.ts'
import { degraded, HEALTHY, type Judge, progressing, suspended, type Unhealthy } from './verdict.ts'

/** The states of a rule, in the order in which they are asked. */
const STATES = ['suspended', 'degraded', 'progressing'] as const
const VERDICTS = { suspended, degraded, progressing }

/** What a rule leaves open. */
export interface Otherwise {
  /** Judges objects of which nothing holds, where the rule has no `healthy`. */
  readonly judge: Judge
  /** The message of an object of that status, where the rule has none; '' to name the rule. */
  readonly message: (object: LiveObject, status: string) => string
}

const NOTHING_MORE: Otherwise = { judge: () => HEALTHY, message: () => '' }

/** Judges objects by the expressions of a rule. An expression that fails, such as for a missing field, does not hold. */
export function ruleJudge<V>(
  rule: HealthRule,
  { read, compile }: Expressions<V>,
  otherwise: Otherwise = NOTHING_MORE,
): Judge {
  const states = STATES.flatMap((state) => {
    const text = rule[state]
    return text === undefined
      ? []
      : [{ state, ask: compile(text), fallback: `its rule for ${state} holds: ${text}` }]
  })
  const healthy = rule.healthy === undefined ? undefined : compile(rule.healthy)
  const message = rule.message === undefined ? undefined : compile(rule.message)
  const say = (object: LiveObject, value: V, state: keyof typeof VERDICTS, fallback: string): Unhealthy => {
    const told = message?.(value)
    const words = typeof told === 'string' && told !== '' ? told : otherwise.message(object, state)
    return VERDICTS[state](words || fallback)
  }
  return (object) => {
    const value = read(object)
    for (const { state, ask, fallback } of states)
      if (ask(value) === true) return say(object, value, state, fallback)
    if (healthy === undefined) return otherwise.judge(object)
    const answer = healthy(value)
    if (answer === true) return HEALTHY
    const reason = answer instanceof Failure ? ` (${answer.text})` : ''
    const fallback = `its rule for healthy does not hold yet: ${rule.healthy}${reason}`
    return say(object, value, 'progressing', fallback)
  }
}

/** Judges each object once. */
export function judgeOnce(judge: Judge): Judge {
  const known = new WeakMap<LiveObject, Health>()
  return (object) => {
    const health = known.get(object) ?? judge(object)
    known.set(object, health)
    return health
  }
}
