import type { Surroundings } from '../options/given.ts'

/** Somewhere to write text to, as process.stdout. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What a command line talks to. */
export interface Io {
  readonly out: Output
  readonly err: Output
  /** Whether text is coloured (NO_COLOR, FORCE_COLOR, a terminal): on `out`, and on `err`. */
  readonly colour: boolean
  readonly errColour: boolean
  readonly surroundings: Surroundings
}

/** Columns of text on `out`: the terminal's, at most 120; 80 where it is none. */
export function widthOf({ out }: Io): number {
  return Math.min(out.columns ?? 80, 120)
}
