import type { DiffLine } from '../../stages/plan/describe/text-diff.ts'

/** Controls, and characters that change the direction of text. */
const INVISIBLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * A line of a user's text, with nothing in it that controls a terminal.
 * @param marksSpaces whether tabs and spaces at the end are made visible
 */
export function visible(text: string, marksSpaces = false): string {
  const spaced = marksSpaces
    ? text.replace(/ +(?=\r?$)/, (spaces) => '·'.repeat(spaces.length))
    : text.replaceAll('\t', '    ').replace(/\r$/, '')
  return spaced.replaceAll(INVISIBLE, escaped)
}

/** Whether a changed line differs from another one only in characters that do not show. */
export function isSubtle(lines: readonly DiffLine[]): boolean {
  const shown = (sign: DiffLine['sign']) =>
    lines.filter((line) => line.sign === sign).map(({ text }) => visible(text).trimEnd())
  const removed = new Set(shown('-'))
  return shown('+').some((text) => removed.has(text))
}

function escaped(character: string): string {
  const known = JSON.stringify(character).slice(1, -1)
  const code = character.charCodeAt(0).toString(16).padStart(4, '0')
  return known === character ? `\\u${code}` : known
}
