import type { JsonValue } from '../../../model/json.ts'
import type { Defect } from '../../declare/defect.ts'
import { measure, type Sizes } from '../../declare/yaml/size.ts'

/** Maximum size of all that the references of one installation stand for, in characters. */
const LARGEST = 64 * 1024 ** 2
const DETAILS = `its references stand for more than ${LARGEST / 1024 ** 2} MiB`

/**
 * How much the references of one installation may still stand for: a value of a megabyte that is
 * referred to a thousand times is a gigabyte when it is written out.
 */
export class Room {
  readonly #sizes: Sizes = new Map()
  #used = 0
  #isFull = false

  /** Characters that references stand for so far. */
  get used(): number {
    return this.#used
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes the place for a value. Where there is none, this is among the defects, once. */
  takes(value: JsonValue, pointer: string, defects: Defect[]): boolean {
    return this.#takes(measure(value, this.#sizes).weight, pointer, defects)
  }

  /** The same for a text that is still in pieces. */
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
