import { RE2JS } from 're2js'

/** Maximum number of repetitions that RE2 accepts, including nested ones. */
const MOST_REPETITIONS = 1_000
const REPETITION = /(\)?)\{(\d{1,4})(?:,(\d{0,4}))?\}/g

/** A regular expression of RE2, which takes linear time where a backtracking engine may take exponential time. */
export interface Pattern {
  /** Whether it matches anywhere in a text. */
  readonly matches: (text: string) => boolean
  /** Number of instructions, each of which may be tried at each character. */
  readonly size: number
}

/** @throws Error for a pattern that RE2 does not accept */
export function compilePattern(text: string): Pattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(text))
  return { matches: (subject) => compiled.test(subject), size: compiled.programSize() }
}

/**
 * Maximum compiled size of a pattern, as far as can be told without compiling it: it may be a thousand times its
 * length.
 */
export function boundOfSize(text: string): number {
  return text.length * mostRepeated(text)
}

/** The maximum number of repetitions of a part of a pattern: groups may repeat repeated parts. */
function mostRepeated(text: string): number {
  let [single, groups] = [1, 1]
  for (const [, group, least = '1', most] of text.matchAll(REPETITION)) {
    const count = Math.max(1, Number(most || least))
    if (group) groups = Math.min(groups * count, MOST_REPETITIONS)
    else single = Math.max(single, count)
  }
  return Math.min(single * groups, MOST_REPETITIONS)
}
