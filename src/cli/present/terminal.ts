import { printableLines } from '../../model/printable.ts'
import type { Io, Output, Screen } from './io.ts'

/** The styles that paint() writes; a terminal only changes colours by them. */
const ESCAPE = '\u001b'
const STYLE = new RegExp(`(${ESCAPE}\\[(?:1|2|22|3[1-6]|39)m)`)
const CLEAR_LINE = `\r${ESCAPE}[K`
/** A screen of its own without a cursor, whose lines are not wrapped; and back. */
const ENTER = `${ESCAPE}[?1049h${ESCAPE}[?25l${ESCAPE}[?7l`
const LEAVE = `${ESCAPE}[?7h${ESCAPE}[?25h${ESCAPE}[?1049l`
const HOME = `${ESCAPE}[H`
const CLEAR_REST_OF_LINE = `${ESCAPE}[K`
const CLEAR_BELOW = `${ESCAPE}[J`
const USUAL = { columns: 80, rows: 24 }

/** The same streams, which write nothing that controls a terminal, whatever a text has in it. */
export function withSafeOutput(io: Io): Io {
  return { ...io, out: safe(io.out, io.colour), err: safe(io.err, io.errColour) }
}

function safe(output: Output, colour: boolean): Output {
  return {
    write: (text) => output.write(terminalText(text, colour)),
    restartLine: () => void output.write(CLEAR_LINE),
    openScreen: () => openScreen(output, colour),
    ...(output.isTTY !== undefined && { isTTY: output.isTTY }),
    ...(output.columns !== undefined && { columns: output.columns }),
    ...(output.rows !== undefined && { rows: output.rows }),
  }
}

function openScreen(output: Output, colour: boolean): Screen {
  output.write(ENTER)
  let isOpen = true
  const leave = () => {
    if (isOpen) output.write(LEAVE)
    isOpen = false
  }
  process.once('exit', leave) // also where an error ends the process
  return {
    get columns() {
      return output.columns ?? USUAL.columns
    },
    get rows() {
      return output.rows ?? USUAL.rows
    },
    draw: (lines) => {
      const shown = lines.slice(0, output.rows ?? USUAL.rows)
      const drawn = shown.map((line) => `${terminalText(line, colour)}${CLEAR_REST_OF_LINE}`)
      output.write(`${HOME}${drawn.join('\r\n')}${CLEAR_BELOW}`)
    },
    [Symbol.dispose]: () => {
      leave()
      process.off('exit', leave)
    },
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
