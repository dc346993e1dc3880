/** An evaluation was stopped: it does more than any health rule needs. */
export class TooMuchWork extends Error {}

/** Maximum units of one evaluation, which then ends within a few tenths of a second. */
const BUDGET = 500_000
/** Maximum length of a text to search for or split by, and of a pattern. */
const LONGEST_ARGUMENT = 128
const CHARACTERS_PER_UNIT = 8

/**
 * Counts the work of one evaluation, in units of about one evaluated node, so that it ends for any expression
 * and object. An operation that traverses a value is charged for all of it.
 */
export class Meter {
  #left = 0
  #weights = new WeakMap<object, number>()

  /** Starts a new evaluation. */
  start(): void {
    this.#left = BUDGET
    this.#weights = new WeakMap()
  }

  /** @throws TooMuchWork */
  charge(units: number): void {
    this.#left -= units
    if (this.#left < 0) throw new TooMuchWork('takes too long')
  }

  /**
   * Charges for one traversal of a value.
   *
   * @throws TooMuchWork
   */
  weigh(value: unknown): void {
    this.charge(this.#weightOf(value))
  }

  /**
   * Charges for the argument of a function that may traverse it repeatedly.
   *
   * @throws TooMuchWork, RangeError if it is too long for that
   */
  weighArgument(value: unknown): void {
    if (typeof value === 'string' && value.length > LONGEST_ARGUMENT)
      throw new RangeError(`an argument is longer than ${LONGEST_ARGUMENT} characters`)
    this.weigh(value)
  }

  /** A part that occurs several times counts each time: an equality compares it as often. */
  #weightOf(value: unknown): number {
    if (typeof value === 'string') return 1 + value.length / CHARACTERS_PER_UNIT
    if (typeof value !== 'object' || value === null) return 1
    if (value instanceof Uint8Array) return 1 + value.length / CHARACTERS_PER_UNIT
    const known = this.#weights.get(value)
    if (known !== undefined) return known
    const weight = partsOf(value).reduce((sum: number, part) => sum + this.#weightOf(part), 1)
    this.#weights.set(value, weight)
    return weight
  }
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value instanceof Map ? [...value].flat() : Object.values(value)
}
