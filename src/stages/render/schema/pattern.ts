import { RE2JS } from 're2js'
import { SchemaProblem } from './schema-problem.ts'

/** Maximum length of one pattern, in characters. */
const LONGEST = 8_192
/** Maximum size that the patterns of one schema may compile to, in instructions. */
const MOST_INSTRUCTIONS = 131_072
/** Instructions that are tried at a character in the time of one unit. */
const INSTRUCTIONS_PER_UNIT = 128

/** RE2 takes no pattern that repeats a part more often, also by repetitions within each other. */
const MOST_REPETITIONS = 1_000

const REPETITION = /(\)?)\{(\d{1,4})(?:,(\d{0,4}))?\}/g

export interface Pattern {
  readonly matches: (text: string) => boolean
  /** What a match in a text of that length costs at most, in units. */
  readonly costOf: (length: number) => number
}

/**
 * Compiles the patterns of one schema by RE2, which takes linear time where a backtracking engine may
 * take exponential time, and which Helm takes, too. Linear is not enough: a pattern may compile to a
 * thousand times its length, so the size is bounded as well.
 */
export class Patterns {
  readonly #known = new Map<string, Pattern>()
  #left: number

  /** @param instructions that all patterns together may compile to */
  constructor(instructions = MOST_INSTRUCTIONS) {
    this.#left = instructions
  }

  /** @throws SchemaProblem for what RE2 does not take, or what is too large */
  compile(text: string, pointer: string): Pattern {
    const known = this.#known.get(text) ?? this.#compile(text, pointer)
    this.#known.set(text, known)
    return known
  }

  #compile(text: string, pointer: string): Pattern {
    this.#left -= text.length * mostRepeated(text)
    if (text.length > LONGEST || this.#left < 0) throw new SchemaProblem('a pattern is too large', pointer)
    try {
      const compiled = RE2JS.compile(RE2JS.translateRegExp(text))
      const size = compiled.programSize()
      return {
        matches: (subject) => compiled.test(subject),
        costOf: (length) => 1 + (size * length) / INSTRUCTIONS_PER_UNIT,
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      throw new SchemaProblem(`a pattern that RE2 does not take: ${words}`, pointer)
    }
  }
}

/** How often a part of a pattern may be repeated, at most: groups may repeat what is repeated within. */
function mostRepeated(text: string): number {
  let [single, groups] = [1, 1]
  for (const [, group, least = '1', most] of text.matchAll(REPETITION)) {
    const count = Math.max(1, Number(most || least))
    if (group) groups = Math.min(groups * count, MOST_REPETITIONS)
    else single = Math.max(single, count)
  }
  return Math.min(single * groups, MOST_REPETITIONS)
}
