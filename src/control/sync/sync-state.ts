import type { Fault } from '../../model/fault.ts'
import { isLeftAlone } from '../../model/is-left-alone.ts'
import { idOf, type ObjectId } from '../../model/object.ts'
import type { Change, Outcome } from '../../model/status.ts'

type FailedOutcome = Extract<Outcome, { readonly fault: unknown }>

/** State of one installation after its latest rounds of work. */
export class SyncState {
  /** Latest outcome of each object that is declared, or that should be gone but is not. */
  readonly outcomes = new Map<ObjectId, Outcome>()
  /** Changes of the last round that wrote anything. */
  changes: readonly Change[]
  /** Consecutive rounds that left something undone. */
  failures = 0
  /** Consecutive rounds that left something waiting. */
  waits = 0
  /** Digest of the installation's inputs when all of it was last processed. */
  source: string | undefined
  /** It stays where it is because the head would be refused: worth retrying. */
  isHeld = false
  /** Fault that ended a round early: the remaining work is unknown until a round of scope `all`. */
  #broken: Fault | undefined

  constructor(changes: readonly Change[]) {
    this.changes = changes
  }

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
    this.waits = this.waitsFor === undefined ? 0 : this.waits + 1
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

  /** Why some object waits before it is applied; undefined if none waits. */
  get waitsFor(): string | undefined {
    for (const outcome of this.outcomes.values()) if (outcome.result === 'waiting') return outcome.reason
    return undefined
  }

  /**
   * Installations whose objects must be applied before objects of this one are deleted; empty if it waits for
   * anything else.
   */
  get heldBy(): ReadonlySet<string> {
    const waiting = [...this.outcomes.values()].filter(({ result }) => result === 'waiting')
    const names = waiting.flatMap((outcome) => ('on' in outcome && outcome.on ? [outcome.on] : []))
    return new Set(names.length === waiting.length ? names : [])
  }

  /** Whether everything is as Git declares it, as far as possible. */
  get isDone(): boolean {
    return !this.isUndone && this.waitsFor === undefined
  }

  #knows({ key, fault }: FailedOutcome): boolean {
    const before = this.outcomes.get(idOf(key))
    return before !== undefined && hasFault(before) && before.fault.message === fault.message
  }
}

function hasFault(outcome: Outcome): outcome is FailedOutcome {
  return 'fault' in outcome
}
