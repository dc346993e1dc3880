import { type Fault, fault } from '../../../model/fault.ts'
import type { Question } from '../../../model/rollout-check.ts'

/**
 * Why a question may not be asked: its server is not among those that the administrator allows.
 * @param allowed origins, such as `http://prometheus.monitoring:9090`
 */
export function addressRefusal(question: Question, allowed: readonly string[]): Fault | undefined {
  const text = addressOf(question)
  if (text === undefined) return undefined
  const { origin } = new URL(text)
  return allowed.includes(origin) ? undefined : fault('check-address-not-allowed', origin)
}

function addressOf(question: Question): string | undefined {
  if (question.kind === 'http') return question.url
  return question.kind === 'prometheus' ? question.address : undefined
}
