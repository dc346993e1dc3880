import { printableLines } from '../../model/printable.ts'
import type { Io, Output } from './io.ts'

/** The styles that paint() writes; a terminal only changes colours by them. */
const ESCAPE = '\u001b'
const STYLE = new RegExp(`(${ESCAPE}\\[(?:1|2|22|3[1-6]|39)m)`)
const CLEAR_LINE = `\r${ESCAPE}[K`

/** The same streams, which write nothing that controls a terminal, whatever a text has in it. */
export function withSafeOutput(io: Io): Io {
  return { ...io, out: safe(io.out, io.colour), err: safe(io.err, io.errColour) }
}

function safe(output: Output, colour: boolean): Output {
  return {
    write: (text) => output.write(terminalText(text, colour)),
    restartLine: () => void output.write(CLEAR_LINE),
    ...(output.isTTY !== undefined && { isTTY: output.isTTY }),
    ...(output.columns !== undefined && { columns: output.columns }),
  }
}

/** What is written to a terminal for a text: everything that does not show as an escape, but for Reeve's own styles. */
function terminalText(text: string, colour: boolean): string {
  if (!colour) return printableLines(text)
  return text
    .split(STYLE)
    .map((part, index) => (index % 2 === 1 ? part : printableLines(part)))
    .join('')
}
