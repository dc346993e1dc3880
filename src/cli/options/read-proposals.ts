import type { Parsed } from './option.ts'
import { readWithin } from './read-duration.ts'

/** Reads a duration from one second to two weeks, in milliseconds, or `none`, which is null. */
export function readProposals(text: string): Parsed<number | null> {
  return text === 'none' ? { value: null } : readWithin(text, 14 * 24 * 3_600_000, 'two weeks (14d)')
}
