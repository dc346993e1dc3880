import { errorMessage } from '../../model/error-message.ts'
import { boundOfSize, compilePattern, type Pattern } from '../../model/pattern.ts'
import { TooMuchWork } from './meter.ts'

/** Maximum compiled size of a pattern, in instructions. */
const LARGEST = 16_384

/**
 * Compiles a pattern of `matches`, which is one of RE2.
 *
 * @throws TooMuchWork for one that may be too large, Error for an invalid one
 */
export function patternOf(text: string): Pattern {
  if (boundOfSize(text) > LARGEST) throw new TooMuchWork('a pattern is too large')
  return compilePattern(text)
}

/** The problem of a pattern, in one line; undefined for a valid one. */
export function patternProblem(text: string): string | undefined {
  try {
    patternOf(text)
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return errorMessage(error).replace(/\s+/g, ' ')
  }
}
