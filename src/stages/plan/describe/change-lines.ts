import { cut } from '../../../model/cut.ts'
import type { JsonValue } from '../../../model/json.ts'
import { printable } from '../../../model/printable.ts'
import { describeCounts, type LoggedChange } from './change-summary.ts'
import type { FieldChange } from './changes.ts'
import { shortValue } from './short-value.ts'
import { diffText, type Hunk, type TextDiff } from './text-diff.ts'
import { textOfValue } from './text-of-value.ts'
import { isSubtle, visible } from './visible.ts'

/** A line about a changed field, for every presentation; nothing in it controls a terminal or does not show. */
export type ChangeLine =
  /** The field: with its value, or followed by the lines of its value. */
  | { readonly part: 'title'; readonly sign: '-' | '+' | '~'; readonly text: string }
  /** Where in a value the lines below it are, such as `-1,3 +1,4`. */
  | { readonly part: 'hunk'; readonly text: string }
  | { readonly part: 'value'; readonly sign: ' ' | '-' | '+' | '\\'; readonly text: string }
  /** Number of lines left out. */
  | { readonly part: 'more'; readonly count: number }

export interface ChangeBounds {
  /** Maximum length of a title, with its sign and a space. */
  readonly title: number
  /** Maximum length of a line of a value, with its sign. */
  readonly value: number
  /** Maximum number of lines of a value. */
  readonly lines: number
}

/**
 * One changed field as lines: the live value after `-`, the declared value after `+`. Values that do not fit
 * into a line are compared line by line.
 */
export function changeLines(change: LoggedChange, bounds: ChangeBounds): readonly ChangeLine[] {
  const { path, before, after, lines } = change
  if (lines !== undefined) return [titleLine('~', path, lines, bounds)]
  if (isShort(change, bounds)) return shortLines(change, bounds)
  if (before === undefined) return wholeLines('+', path, after ?? null, bounds)
  if (after === undefined) return wholeLines('-', path, before, bounds)
  return diffLines(change, [textOfValue(before), textOfValue(after)], bounds)
}

function shortLines({ path, before, after }: FieldChange, bounds: ChangeBounds): readonly ChangeLine[] {
  return [
    ...(before === undefined ? [] : [titleLine('-', path, shortValue(before), bounds)]),
    ...(after === undefined ? [] : [titleLine('+', path, shortValue(after), bounds)]),
  ]
}

/** Whether both values fit into a line, or show nothing of what differs, as secrets do. */
function isShort({ path, before, after }: FieldChange, { title }: ChangeBounds): boolean {
  const room = title - `- ${path}: `.length
  const fits = (value: JsonValue | undefined) =>
    value === undefined ||
    (typeof value === 'string' && value.includes('\n') ? false : shortValue(value).length <= room)
  if (fits(before) && fits(after)) return true
  return before !== undefined && after !== undefined && textOfValue(before) === textOfValue(after)
}

function diffLines(
  { path }: FieldChange,
  [before, after]: readonly [string, string],
  bounds: ChangeBounds,
): readonly ChangeLine[] {
  const diff = diffText(before, after, { length: bounds.value - 1, lines: bounds.lines })
  const title = titleLine('~', path, describeCounts(diff.added, diff.removed), bounds)
  const isOneLine = !before.includes('\n') && !after.includes('\n')
  return [title, ...hunksOf(diff, isOneLine, bounds)]
}

function hunksOf(
  { hunks, omitted }: TextDiff,
  isOneLine: boolean,
  bounds: ChangeBounds,
): readonly ChangeLine[] {
  const lines = hunks.flatMap((hunk): readonly ChangeLine[] => {
    const text = `-${span(hunk.before)} +${span(hunk.after)}`
    return [...(isOneLine ? [] : [{ part: 'hunk', text } as const]), ...hunkLines(hunk, bounds)]
  })
  return omitted === 0 ? lines : [...lines, { part: 'more', count: omitted }]
}

function hunkLines({ lines }: Hunk, { value }: ChangeBounds): readonly ChangeLine[] {
  const marksSpaces = isSubtle(lines)
  return lines.map(({ sign, text }) => ({
    part: 'value',
    sign,
    text: cut(visible(text, marksSpaces && sign !== ' '), value - 1),
  }))
}

/** Lines as `diff -u` counts them. */
function span([start, lines]: Hunk['before']): string {
  return lines === 1 ? `${start}` : `${start},${lines}`
}

/** A long value that is added or removed as a whole. */
function wholeLines(
  sign: '-' | '+',
  path: string,
  value: JsonValue,
  bounds: ChangeBounds,
): readonly ChangeLine[] {
  const all = textOfValue(value).replace(/\n$/, '').split('\n')
  const shown = all
    .slice(0, bounds.lines)
    .map((line): ChangeLine => ({ part: 'value', sign, text: cut(visible(line), bounds.value - 1) }))
  const rest = all.length - shown.length
  return [
    titleLine(sign, path, undefined, bounds),
    ...shown,
    ...(rest > 0 ? [{ part: 'more', count: rest } as const] : []),
  ]
}

function titleLine(
  sign: '-' | '+' | '~',
  path: string,
  text: string | undefined,
  { title }: ChangeBounds,
): ChangeLine {
  const line = printable(`${path}:${text === undefined ? '' : ` ${text}`}`)
  return { part: 'title', sign, text: cut(line, title - 2) }
}
