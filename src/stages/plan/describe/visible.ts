import { printable } from '../../../model/printable.ts'
import type { DiffLine } from './text-diff.ts'

/**
 * A line of a user's text, with nothing in it that controls a terminal or does not show.
 * @param marksSpaces whether tabs and spaces at the end are made visible
 */
export function visible(text: string, marksSpaces = false): string {
  const spaced = marksSpaces
    ? text
        .replace(/ +(?=\r?$)/, (spaces) => '·'.repeat(spaces.length))
        .replaceAll(/[\t\r]/g, (sign) => (sign === '\t' ? '\\t' : '\\r'))
    : text.replaceAll('\t', '    ').replace(/\r$/, '').replaceAll('\r', '\\r')
  return printable(spaced)
}

/** Whether a changed line differs from another one only in characters that do not show. */
export function isSubtle(lines: readonly DiffLine[]): boolean {
  const shown = (sign: DiffLine['sign']) =>
    lines.filter((line) => line.sign === sign).map(({ text }) => visible(text).trimEnd())
  const removed = new Set(shown('-'))
  return shown('+').some((text) => removed.has(text))
}
