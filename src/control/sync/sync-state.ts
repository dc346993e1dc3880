import type { Fault } from '../../model/fault.ts'
import { isLeftAlone } from '../../model/is-left-alone.ts'
import { idOf, type ObjectId } from '../../model/object.ts'
import type { Change, Outcome } from '../../model/status.ts'

type FailedOutcome = Extract<Outcome, { readonly fault: unknown }>

/** What is known of one installation from its latest rounds of work. */
export class SyncState {
  /** The latest outcome of each object that is declared, or that should be gone and is not. */
  readonly outcomes = new Map<ObjectId, Outcome>()
  /** What the last round that wrote anything wrote. */
  changes: readonly Change[]
  /** Rounds in a row that left something undone. */
  failures = 0
  /** Rounds in a row that left something waiting. */
  waits = 0
  /** Digest of what the installation was made from when all of it was looked at last. */
  source: string | undefined
  /** It stays where it is, for it would be refused: worth trying again. */
  isHeld = false
  /** What ended a round before its end: what is left to do is not known until one looks at everything. */
  #broken: Fault | undefined

  constructor(changes: readonly Change[]) {
    this.changes = changes
  }

  /**
   * Takes in a round's outcomes.
   * @param source digest of what the installation is made from, where the round looked at everything
   * @returns the failures that the rounds before did not have
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
   * A round came to no end.
   * @returns whether that is something else than the rounds before had
   */
  noteBroken(fault: Fault): boolean {
    const isNews = this.#broken?.message !== fault.message
    this.#broken = fault
    this.failures++
    return isNews
  }

  /** What keeps the installation from being worked on; undefined where nothing does. */
  get broken(): Fault | undefined {
    return this.#broken
  }

  /** Whether some object is, or may be, not as Git declares it, so that it is worth trying again. */
  get isUndone(): boolean {
    return (
      this.#broken !== undefined ||
      this.isHeld ||
      [...this.outcomes.values()].some((outcome) => 'fault' in outcome && !isLeftAlone(outcome.fault))
    )
  }

  /** What some object waits for before it is brought to what Git declares; undefined where none does. */
  get waitsFor(): string | undefined {
    for (const outcome of this.outcomes.values()) if (outcome.result === 'waiting') return outcome.reason
    return undefined
  }

  /**
   * Installations whose objects have to be applied before objects of this one are deleted; empty where
   * something else is waited for.
   */
  get heldBy(): ReadonlySet<string> {
    const waiting = [...this.outcomes.values()].filter(({ result }) => result === 'waiting')
    const names = waiting.flatMap((outcome) => ('on' in outcome && outcome.on ? [outcome.on] : []))
    return new Set(names.length === waiting.length ? names : [])
  }

  /** Whether all is as Git declares it, as far as it can be. */
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
