import { describeFault, type Fault } from '../../../model/fault.ts'
import type { Check } from '../../../model/rollout-check.ts'
import { type CheckState, checkState, type Look, looksToKeep } from '../../../stages/rollout/check-state.ts'
import type { Prepared } from './asker.ts'
import type { GroupToCheck } from './group-to-check.ts'

/** A check of a group at one revision, with what it has found so far. */
export class CheckRun {
  readonly check: Check
  readonly prepared: Prepared
  /** Whether a look is under way. */
  isLooking = false
  #looks: readonly Look[] = []
  /** Since when the members are well, for which the looks count. */
  #since: number | undefined
  #soak = 0

  readonly #failure: string | undefined

  /** @param failure why it failed before, as is remembered */
  constructor(check: Check, prepared: Prepared, failure?: string) {
    this.check = check
    this.prepared = prepared
    this.#failure = failure
  }

  /** Takes over how its group is now. Looks count for one time of being well, but a failure stays. */
  follow({ wellSince, longestSoak }: Pick<GroupToCheck, 'wellSince' | 'longestSoak'>, now: number): void {
    const hasFailed = this.state(now).state === 'failed'
    this.#soak = longestSoak
    if (hasFailed || wellSince === this.#since) return
    this.#since = wellSince
    this.#looks = []
  }

  /** The time of being well that a look belongs to; undefined where there is nothing to look at. */
  get since(): number | undefined {
    return this.#since
  }

  /** @param since that of when the look began: it counts for no other one */
  note(look: Look, since: number): void {
    if (since === this.#since) this.#looks = looksToKeep(this.check, [...this.#looks, look])
  }

  state(now: number): CheckState {
    if (this.#failure !== undefined) return { state: 'failed', reason: this.#failure, isPending: false }
    if ('refusal' in this.prepared)
      return { state: 'waiting', reason: refusalText(this.prepared.refusal), isPending: true }
    if (this.#since === undefined)
      return { state: 'waiting', reason: 'its members are not all healthy yet', isPending: true }
    return checkState(this.check, this.#looks, { since: this.#since, soak: this.#soak, now })
  }
}

function refusalText(refusal: Fault): string {
  return `${describeFault(refusal)}: ${refusal.remedy}`
}
