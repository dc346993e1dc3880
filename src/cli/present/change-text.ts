import type { JsonValue } from '../../model/json.ts'
import { writeJson } from '../../model/json.ts'
import { printable } from '../../model/printable.ts'
import { describeCounts, type LoggedChange } from '../../stages/plan/describe/change-summary.ts'
import type { FieldChange } from '../../stages/plan/describe/changes.ts'
import { diffText, type Hunk, type TextDiff } from '../../stages/plan/describe/text-diff.ts'
import { textOfValue } from '../../stages/plan/describe/text-of-value.ts'
import { moreLines, VALUE_LINES } from './bounds.ts'
import { paint, type Style } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { isSubtle, visible } from './visible.ts'
import { cut } from './wrap.ts'

/** Further indent of the lines of a long value. */
const INNER = '  '

/**
 * One changed field as lines: the live value after `-`, the declared value after `+`. Values that do not fit
 * into a line are compared line by line.
 */
export function presentChange(
  change: LoggedChange,
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  const { path, before, after, lines } = change
  if (lines !== undefined) return [titleLine('~', path, lines, indent, options)]
  if (isShort(change, indent, options)) return shortLines(change, indent, options)
  if (before === undefined) return wholeLines('+', path, after ?? null, indent, options)
  if (after === undefined) return wholeLines('-', path, before, indent, options)
  return diffLines(change, [textOfValue(before), textOfValue(after)], indent, options)
}

function shortLines(
  { path, before, after }: FieldChange,
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  return [
    ...(before === undefined ? [] : [titleLine('-', path, short(before), indent, options)]),
    ...(after === undefined ? [] : [titleLine('+', path, short(after), indent, options)]),
  ]
}

/** Whether both values fit into a line, or show nothing of what differs, as secrets do. */
function isShort({ path, before, after }: FieldChange, indent: string, { width }: PlanTextOptions): boolean {
  const room = width - indent.length - `- ${path}: `.length
  const fits = (value: JsonValue | undefined) =>
    value === undefined ||
    (typeof value === 'string' && value.includes('\n') ? false : short(value).length <= room)
  if (fits(before) && fits(after)) return true
  return before !== undefined && after !== undefined && textOfValue(before) === textOfValue(after)
}

function diffLines(
  { path }: FieldChange,
  [before, after]: readonly [string, string],
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  const room = options.width - indent.length - INNER.length
  const diff = diffText(before, after, { length: room - 1, lines: VALUE_LINES })
  const title = titleLine('~', path, describeCounts(diff.added, diff.removed), indent, options)
  const isOneLine = !before.includes('\n') && !after.includes('\n')
  const body = presentDiff(diff, isOneLine, room, options)
  return [title, ...body.map((line) => `${indent}${INNER}${line}`)]
}

function presentDiff(
  { hunks, omitted }: TextDiff,
  isOneLine: boolean,
  room: number,
  options: PlanTextOptions,
): readonly string[] {
  const lines = hunks.flatMap((hunk) => {
    const header = `@@ -${span(hunk.before)} +${span(hunk.after)} @@`
    return [...(isOneLine ? [] : [paint('cyan', header, options.colour)]), ...hunkLines(hunk, room, options)]
  })
  return omitted === 0 ? lines : [...lines, moreLines(omitted)]
}

function hunkLines({ lines }: Hunk, room: number, { colour }: PlanTextOptions): readonly string[] {
  const marksSpaces = isSubtle(lines)
  return lines.map(({ sign, text }) => {
    const style = STYLES[sign]
    const line = cut(`${sign}${visible(text, marksSpaces && sign !== ' ')}`, room)
    return style === undefined ? line : paint(style, line, colour)
  })
}

const STYLES: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '\\': 'dim' }

/** Lines as `diff -u` counts them. */
function span([start, lines]: Hunk['before']): string {
  return lines === 1 ? `${start}` : `${start},${lines}`
}

/** A long value that is added or removed as a whole. */
function wholeLines(
  sign: '-' | '+',
  path: string,
  value: JsonValue,
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  const room = options.width - indent.length - INNER.length
  const all = textOfValue(value).replace(/\n$/, '').split('\n')
  const shown = all.slice(0, VALUE_LINES).map((line) => cut(`${sign}${visible(line)}`, room))
  const rest = all.length - shown.length
  return [
    titleLine(sign, path, undefined, indent, options),
    ...shown.map((line) => `${indent}${INNER}${paint(sign === '-' ? 'red' : 'green', line, options.colour)}`),
    ...(rest > 0 ? [`${indent}${INNER}${moreLines(rest)}`] : []),
  ]
}

const TITLES: Readonly<Record<'-' | '+' | '~', Style>> = { '-': 'red', '+': 'green', '~': 'yellow' }

function titleLine(
  sign: '-' | '+' | '~',
  path: string,
  text: string | undefined,
  indent: string,
  { width, colour }: PlanTextOptions,
): string {
  const line = printable(`${sign} ${path}:${text === undefined ? '' : ` ${text}`}`)
  return `${indent}${paint(TITLES[sign], cut(line, width - indent.length), colour)}`
}

/** A value on one line; an unambiguous string without quotes. */
export function short(value: JsonValue): string {
  return typeof value === 'string' && isPlain(value) ? value : writeJson(value)
}

function isPlain(text: string): boolean {
  return /^[A-Za-z/(][\w ./:@+,()-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
}
