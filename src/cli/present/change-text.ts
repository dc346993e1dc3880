import { type ChangeLine, changeLines } from '../../stages/plan/describe/change-lines.ts'
import type { LoggedChange } from '../../stages/plan/describe/change-summary.ts'
import { moreLines, VALUE_LINES } from './bounds.ts'
import { paint, type Style } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'

/** Further indent of the lines of a long value. */
const INNER = '  '

/** One changed field as lines for a terminal. */
export function presentChange(
  change: LoggedChange,
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  const title = options.width - indent.length
  const bounds = { title, value: title - INNER.length, lines: VALUE_LINES }
  return changeLines(change, bounds).map((line) => presentLine(line, indent, options))
}

const TITLES: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '~': 'yellow' }
const VALUES: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '\\': 'dim' }

function presentLine(line: ChangeLine, indent: string, { colour }: PlanTextOptions): string {
  switch (line.part) {
    case 'title':
      return `${indent}${paint(TITLES[line.sign] ?? 'dim', `${line.sign} ${line.text}`, colour)}`
    case 'hunk':
      return `${indent}${INNER}${paint('cyan', `@@ ${line.text} @@`, colour)}`
    case 'value': {
      const [style, text] = [VALUES[line.sign], `${line.sign}${line.text}`]
      return `${indent}${INNER}${style === undefined ? text : paint(style, text, colour)}`
    }
    case 'more':
      return `${indent}${INNER}${moreLines(line.count)}`
  }
}
