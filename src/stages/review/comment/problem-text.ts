import { cut } from '../../../model/cut.ts'
import { printable } from '../../../model/printable.ts'
import { fence, prose } from './markdown.ts'

/** Maximum number of lines to copy, and their length. */
const MOST_LINES = 24
const LONGEST = 160

/** A message with its remedy; lines of the remedy that begin with spaces are to be copied. */
export function problemText(lead: string, message: string, remedy: string): string {
  return [`${lead}: ${prose(message)}`, remedyText(remedy)].filter((part) => part !== '').join('\\\n')
}

/** A remedy in a paragraph, followed by what is to be copied. */
export function remedyText(remedy: string): string {
  if (remedy === '') return ''
  const lines = remedy.split('\n')
  const copied = lines.filter((line) => line.startsWith(' '))
  const sentence = lines.filter((line) => !line.startsWith(' ')).join(' ')
  const text = `→ ${prose(sentence, 600)}`
  if (copied.length === 0) return text
  const rest = copied.length - MOST_LINES
  const shown = copied.slice(0, MOST_LINES).map((line) => cut(printable(line), LONGEST))
  return `${text}\n\n${fence('text', rest > 0 ? [...shown, `  … ${rest} more lines`] : shown)}`
}
