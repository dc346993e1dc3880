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
