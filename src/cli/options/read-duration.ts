import { parseDuration } from '../../model/duration.ts'
import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

const SHORTEST_MS = 1_000

/** Reads a Go duration (`30s`, `1h30m`) from one second to a day, in milliseconds. */
export function readDuration(text: string): Parsed<number> {
  return readWithin(text, 24 * 3_600_000, 'a day (24h)')
}

/** As readDuration, up to `longestMs`, which `words` names. */
export function readWithin(text: string, longestMs: number, words: string): Parsed<number> {
  const ms = parseDuration(text)
  if (ms === undefined) return { problem: `${quoted(text)} is not a duration such as 30s, 5m or 1h30m` }
  if (ms < SHORTEST_MS) return { problem: `${quoted(text)} is shorter than one second` }
  if (ms > longestMs) return { problem: `${quoted(text)} is longer than ${words}` }
  return { value: ms }
}
