import { idOf, type ObjectId } from '../../model/object.ts'
import type { BlockedPlan, ObjectPlan } from '../../model/plan.ts'
import { appliedOf } from '../../stages/plan/applied.ts'

/** Checks plans as the API server accepts them, in the order given; may leave some out. */
export type Ask = (plans: readonly ObjectPlan[]) => Promise<readonly ObjectPlan[]>

/** The answer to a write that was asked about. */
type Answer = 'accepted' | 'replacement' | BlockedPlan

/** What the API server said of the writes of one change: each is asked about once, whatever happens around it. */
export class Asked {
  readonly #answers = new Map<ObjectId, { readonly write: string; readonly answer: Answer }>()
  /** Objects that were asked about since answers were last dropped. */
  #current = new Set<ObjectId>()

  /** Drops the answers about objects that it was not asked about since the last time. */
  keep(): void {
    for (const id of this.#answers.keys()) if (!this.#current.has(id)) this.#answers.delete(id)
    this.#current = new Set()
  }

  /** The plans as the API server accepts them; asks about those that it was not asked about. */
  async about(plans: readonly ObjectPlan[], ask: Ask): Promise<readonly ObjectPlan[]> {
    const writes = new Map(plans.map((plan) => [plan, nameOfWrite(plan)]))
    for (const { key } of plans) this.#current.add(idOf(key))
    const isKnown = (plan: ObjectPlan) => {
      const write = writes.get(plan)
      return write !== undefined && this.#answers.get(idOf(plan.key))?.write === write
    }
    const answered = new Map(
      (await ask(plans.filter((plan) => !isKnown(plan)))).map((plan) => [idOf(plan.key), plan]),
    )
    return plans.flatMap((plan) => {
      const id = idOf(plan.key)
      const answer = answered.get(id)
      const write = writes.get(plan)
      if (write === undefined) return answer ?? []
      if (isKnown(plan)) return withAnswer(plan, this.#answers.get(id)?.answer)
      if (answer === undefined) return []
      this.#answers.set(id, { write, answer: answerIn(answer) })
      return answer
    })
  }
}

/** Which write it is: what is declared, and the fields that differ. Undefined for what is no write. */
function nameOfWrite(plan: ObjectPlan): string | undefined {
  if (plan.action !== 'create' && plan.action !== 'patch') return undefined
  const fields = plan.action === 'patch' ? plan.patch.map(({ op, path }) => `${op} ${path}`) : []
  return [plan.action, appliedOf(plan.desired)?.digest, ...fields].join('\n')
}

function answerIn(plan: ObjectPlan): Answer {
  if (plan.action === 'blocked') return plan
  return plan.action === 'patch' && plan.isReplacement ? 'replacement' : 'accepted'
}

function withAnswer(plan: ObjectPlan, answer: Answer | undefined): ObjectPlan {
  if (answer === undefined || answer === 'accepted') return plan
  if (answer === 'replacement') return plan.action === 'patch' ? { ...plan, isReplacement: true } : plan
  return answer
}
