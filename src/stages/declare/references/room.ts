import { budgetsFor } from '../../../model/budgets.ts'
import type { JsonValue } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { measure, type Sizes } from '../yaml/size.ts'

/** What each reference counts at least: thousands of short ones take time. */
const LEAST = 64
const FLOOR = budgetsFor(0).expanded

/**
 * The remaining size for expanded references of one installation: a value of one megabyte with a thousand
 * references expands to a gigabyte.
 */
export class Room {
  readonly #largest: number
  readonly #sizes: Sizes = new Map()
  #used = 0
  #isFull = false

  /** @param largest maximum size, in characters */
  constructor(largest = FLOOR) {
    this.#largest = largest
  }

  /** Number of characters that references expand to so far. */
  get used(): number {
    return this.#used
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes the room for a value. Reports one defect once the room is exhausted. */
  takes(value: JsonValue, pointer: string, defects: Defect[]): boolean {
    return this.#takes(LEAST + measure(value, this.#sizes).weight, pointer, defects)
  }

  /** Takes the room for a text that is still in pieces. */
  takesAll(pieces: readonly string[], pointer: string, defects: Defect[]): boolean {
    const length = pieces.reduce((sum, piece) => sum + piece.length, LEAST * pieces.length)
    return this.#takes(length, pointer, defects)
  }

  #takes(size: number, pointer: string, defects: Defect[]): boolean {
    if (this.#isFull) return false
    this.#isFull = this.#used + size > this.#largest
    if (!this.#isFull) this.#used += size
    else defects.push({ code: 'too-large-rendering', details: this.#details, pointer })
    return !this.#isFull
  }

  get #details(): string {
    return `its references expand to more than ${Math.floor(this.#largest / 1024 ** 2)} MiB`
  }
}
