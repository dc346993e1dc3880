import type { LogSettings } from '../../model/settings.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { Surroundings } from '../options/given.ts'

/** A stream of text, such as process.stdout. */
export interface Output {
  write(text: string): unknown
  /** Empties the line of a terminal that the cursor is on. */
  restartLine?(): void
  /** Takes a whole terminal, and gives it back as it was. */
  openScreen?(): Screen
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** A terminal that shows one picture after the other. */
export interface Screen extends Disposable {
  readonly columns: number
  readonly rows: number
  /** Shows lines instead of what is there; those below the last row are left out. */
  draw(lines: readonly string[]): void
}

/** Streams and surroundings of a command line. */
export interface Io {
  readonly out: Output
  readonly err: Output
  /** Whether text is coloured (NO_COLOR, FORCE_COLOR, a terminal): on `out`, and on `err`. */
  readonly colour: boolean
  readonly errColour: boolean
  readonly surroundings: Surroundings
  readonly openLog: (settings: LogSettings) => Promise<Log>
}

/** Columns of text on `out`: those of the terminal, at most 120, or 80 without a terminal. */
export function widthOf({ out }: Io): number {
  return Math.min(out.columns ?? 80, 120)
}
