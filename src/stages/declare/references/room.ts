import type { JsonValue } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { measure, type Sizes } from '../yaml/size.ts'

/** Maximum expanded size of all references of one installation, and of what several templates render for it. */
export const LARGEST = 64 * 1024 ** 2
const DETAILS = `its references expand to more than ${LARGEST / 1024 ** 2} MiB`

/**
 * The remaining size for expanded references of one installation: a value of one megabyte with a thousand
 * references expands to a gigabyte.
 */
export class Room {
  readonly #sizes: Sizes = new Map()
  #used = 0
  #isFull = false

  /** Number of characters that references expand to so far. */
  get used(): number {
    return this.#used
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes the room for a value. Reports one defect once the room is exhausted. */
  takes(value: JsonValue, pointer: string, defects: Defect[]): boolean {
    return this.#takes(measure(value, this.#sizes).weight, pointer, defects)
  }

  /** Takes the room for a text that is still in pieces. */
  takesAll(pieces: readonly string[], pointer: string, defects: Defect[]): boolean {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    return this.#takes(length, pointer, defects)
  }

  #takes(size: number, pointer: string, defects: Defect[]): boolean {
    if (this.#isFull) return false
    this.#isFull = this.#used + size > LARGEST
    if (!this.#isFull) this.#used += size
    else defects.push({ code: 'too-large-rendering', details: DETAILS, pointer })
    return !this.#isFull
  }
}
