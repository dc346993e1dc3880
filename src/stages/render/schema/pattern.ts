import { errorMessage } from '../../../model/error-message.ts'
import { boundOfSize, compilePattern } from '../../../model/pattern.ts'
import { SchemaProblem } from './schema-problem.ts'

/** Maximum length of one pattern, in characters. */
const LONGEST = 8_192
/** Maximum compiled size of all patterns of one schema, in instructions. */
const MOST_INSTRUCTIONS = 131_072
/** Number of instructions tried at a character in the time of one unit. */
const INSTRUCTIONS_PER_UNIT = 128

export interface Pattern {
  readonly matches: (text: string) => boolean
  /** Maximum cost of a match in a text of that length, in units. */
  readonly costOf: (length: number) => number
}

/**
 * Compiles the patterns of one schema with RE2, which takes linear time where a backtracking engine may take
 * exponential time, and which Helm uses, too. Linear time is not enough: a pattern may compile to a thousand
 * times its length, so the size is bounded as well.
 */
export class Patterns {
  readonly #known = new Map<string, Pattern>()
  #left: number

  /** @param instructions maximum compiled size of all patterns together */
  constructor(instructions = MOST_INSTRUCTIONS) {
    this.#left = instructions
  }

  /** @throws SchemaProblem for a pattern that RE2 does not accept, or that is too large */
  compile(text: string, pointer: string): Pattern {
    const known = this.#known.get(text) ?? this.#compile(text, pointer)
    this.#known.set(text, known)
    return known
  }

  #compile(text: string, pointer: string): Pattern {
    this.#left -= boundOfSize(text)
    if (text.length > LONGEST || this.#left < 0) throw new SchemaProblem('a pattern is too large', pointer)
    try {
      const { matches, size } = compilePattern(text)
      return { matches, costOf: (length) => 1 + (size * length) / INSTRUCTIONS_PER_UNIT }
    } catch (error) {
      const words = errorMessage(error)
      throw new SchemaProblem(`a pattern that RE2 does not support: ${words}`, pointer)
    }
  }
}
