import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

/** Maximum rate, in bytes per second: 1 GiB, faster than any line. */
const HIGHEST = 1 << 30

/** Reads bytes per second. */
export function readRate(text: string): Parsed<number> {
  if (!/^\d{1,10}$/.test(text)) return { problem: `${quoted(text)} is not a number of bytes, such as 1024` }
  const value = Number(text)
  return value > HIGHEST ? { problem: `${quoted(text)} is more than 1 GiB` } : { value }
}
