import type { Fault } from '../../model/fault.ts'
import { isLeftAlone } from '../../model/is-left-alone.ts'
import { idOf, type ObjectId } from '../../model/object.ts'
import type { Change, Outcome } from '../../model/status.ts'
import type { LostAnswers } from '../../stages/apply/lost-answers.ts'
import type { Suspension } from '../planner/suspension.ts'
import type { Wait } from './waiting.ts'

type FailedOutcome = Extract<Outcome, { readonly fault: unknown }>

/** State of one installation after its latest rounds of work. */
export class SyncState {
  /** Latest outcome of each object that is declared, or that should be gone but is not. */
  readonly outcomes = new Map<ObjectId, Outcome>()
  /** Writes that may have been carried out although no answer came. */
  readonly lostAnswers: LostAnswers = new Map()
  /** Writes that no status contains yet. */
  #writes: Change[] = []
  /** Consecutive rounds that left something undone. */
  failures = 0
  /** Consecutive rounds that left something waiting. */
  waits = 0
  /** Who suspended it when all of it was last processed. */
  suspension: Suspension | undefined
  /** Digest of the installation's inputs when all of it was last processed. */
  source: string | undefined
  /** It stays where it is because the head would be refused: worth retrying. */
  isHeld = false
  /** Until when objects of it that are being deleted are waited for, in ms since the epoch. */
  leavingUntil = 0
  /** Fault that ended a round early: the remaining work is unknown until a round of scope `all`. */
  #broken: Fault | undefined

  /**
   * Takes in a round's outcomes.
   * @param source digest of the installation's inputs, if the round had scope `all`
   * @returns the failures that earlier rounds did not have
   */
  note(outcomes: readonly Outcome[], source?: string): readonly FailedOutcome[] {
    const news = outcomes.filter(hasFault).filter((outcome) => !this.#knows(outcome))
    if (source !== undefined) {
      this.source = source
      this.outcomes.clear()
      this.#broken = undefined
    }
    for (const outcome of outcomes) {
      const id = idOf(outcome.key)
      if (outcome.result === 'deleted') this.outcomes.delete(id)
      else this.outcomes.set(id, outcome)
    }
    this.failures = this.isUndone ? this.failures + 1 : 0
    this.waits = this.wait === undefined ? 0 : this.waits + 1
    return news
  }

  /**
   * Notes a round that ended early.
   * @returns whether its fault is another one than before
   */
  noteBroken(fault: Fault): boolean {
    const isNews = this.#broken?.message !== fault.message
    this.#broken = fault
    this.failures++
    return isNews
  }

  noteWrite(write: Change): void {
    this.#writes.push(write)
  }

  /** Takes the writes that no status contains yet. */
  takeWrites(): readonly Change[] {
    const writes = this.#writes
    this.#writes = []
    return writes
  }

  /** Fault that keeps the installation from being worked on; undefined if there is none. */
  get broken(): Fault | undefined {
    return this.#broken
  }

  /** Whether some object is, or may be, not as Git declares it, so that a retry is worthwhile. */
  get isUndone(): boolean {
    return (
      this.#broken !== undefined ||
      this.isHeld ||
      [...this.outcomes.values()].some((outcome) => 'fault' in outcome && !isLeftAlone(outcome.fault))
    )
  }

  /** Why objects wait; undefined if none waits. */
  get wait(): Wait | undefined {
    const waiting = [...this.outcomes.values()].filter((outcome) => outcome.result === 'waiting')
    const [first] = waiting
    if (first === undefined) return undefined
    return {
      reason: first.reason,
      heldBy: new Set(waiting.flatMap(({ on }) => on ?? [])),
      isForReadiness: waiting.some(({ on, isForGone }) => on === undefined && !isForGone),
      isForGone: waiting.some(({ isForGone }) => isForGone === true),
    }
  }

  /** Whether everything is as Git declares it, as far as possible. */
  get isDone(): boolean {
    return !this.isUndone && this.wait === undefined
  }

  #knows({ key, fault }: FailedOutcome): boolean {
    const before = this.outcomes.get(idOf(key))
    return before !== undefined && hasFault(before) && before.fault.message === fault.message
  }
}

function hasFault(outcome: Outcome): outcome is FailedOutcome {
  return 'fault' in outcome
}
