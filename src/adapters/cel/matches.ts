import { Script } from 'node:vm'
import { TooMuchWork } from './meter.ts'

/**
 * Maximum time, in milliseconds: a pattern that backtracks for longer would do so for hours. Other processes may
 * have the core for some of it.
 */
const LONGEST_MS = 250

/**
 * Whether a pattern matches anywhere in a text. Patterns of JavaScript may take exponential time, unlike
 * those of RE2, which CEL requires, so matching times out. Both are embedded as JSON, which is JavaScript.
 *
 * @throws TooMuchWork, SyntaxError
 */
export function matches(text: string, pattern: string): boolean {
  const script = new Script(`new RegExp(${JSON.stringify(pattern)}).test(${JSON.stringify(text)})`)
  try {
    return script.runInThisContext({ timeout: LONGEST_MS }) === true
  } catch (error) {
    if (isTimeout(error)) throw new TooMuchWork('matching a pattern takes too long')
    throw error
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

/** @throws SyntaxError for an invalid regular expression */
export function checkPattern(pattern: string): void {
  new RegExp(pattern)
}
