/** An evaluation was given up: it does more than a health rule ever has to. */
export class TooMuchWork extends Error {}

/** So much one evaluation may do: it ends within a few tenths of a second. */
const BUDGET = 500_000
/** The longest text that another is searched for or split by, and the longest pattern. */
const LONGEST_ARGUMENT = 128
const CHARACTERS_PER_UNIT = 8

/**
 * Counts what one evaluation does, in units of about one evaluated node, so that it ends whatever the
 * expression and the object are. Whoever works through a value pays for all that is in it.
 */
export class Meter {
  #left = 0
  #weights = new WeakMap<object, number>()

  /** A new evaluation begins. */
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
   * Pays for a value that is worked through.
   *
   * @throws TooMuchWork
   */
  weigh(value: unknown): void {
    this.charge(this.#weightOf(value))
  }

  /**
   * Pays for the argument of a function that may work through it again and again.
   *
   * @throws TooMuchWork, RangeError where it is too long for that
   */
  weighArgument(value: unknown): void {
    if (typeof value === 'string' && value.length > LONGEST_ARGUMENT)
      throw new RangeError(`an argument is longer than ${LONGEST_ARGUMENT} characters`)
    this.weigh(value)
  }

  /** What is in it several times counts several times: an equality compares it as often. */
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
