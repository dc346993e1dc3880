import { structuredPatch } from 'diff'
import { changedPart, newlinesIn } from './changed-part.ts'
import { excerptsOf } from './excerpts.ts'

/** Unchanged lines around a change. */
const CONTEXT = 3
/**
 * Maximum number of lines added and removed that the shortest difference is searched for: the search takes the
 * square of it. Beyond it, everything between the first and the last changed line counts as replaced.
 */
const MOST_EDITS = 250
/** Maximum length of two changed parts that the shortest difference is searched for in, in characters. */
const LONGEST = 1_000_000

/** The difference of two texts, as a unified diff. */
export interface TextDiff {
  readonly added: number
  readonly removed: number
  readonly hunks: readonly Hunk[]
  /** Number of lines left out of the hunks. */
  readonly omitted: number
}

/** Adjacent changes with their context. */
export interface Hunk {
  /** The first line in either text, counted from 1, and how many lines there are. */
  readonly before: readonly [start: number, lines: number]
  readonly after: readonly [start: number, lines: number]
  readonly lines: readonly DiffLine[]
}

export interface DiffLine {
  /** `\` is a note, not a line. */
  readonly sign: ' ' | '-' | '+' | '\\'
  readonly text: string
}

export interface DiffBounds {
  /** Maximum length of a line, in characters. */
  readonly length: number
  /** Maximum number of lines in all hunks. */
  readonly lines: number
}

/** The difference of two texts, line by line. A long changed line is shown by excerpts around its changes. */
export function diffText(before: string, after: string, bounds: DiffBounds): TextDiff {
  const diff = shortestDiff(before, after, bounds) ?? replacement(before, after, bounds)
  return { ...diff, hunks: diff.hunks.map((hunk) => ({ ...hunk, lines: shortened(hunk.lines, bounds) })) }
}

/** Undefined where it takes too long to find. */
function shortestDiff(before: string, after: string, bounds: DiffBounds): TextDiff | undefined {
  const part = changedPart(before, after, CONTEXT)
  if (part.before.length + part.after.length > LONGEST) return undefined
  const options = { context: CONTEXT, maxEditLength: MOST_EDITS }
  const patch = structuredPatch('', '', part.before, part.after, undefined, undefined, options)
  const isAlikeAtEnd = before.endsWith('\n') === after.endsWith('\n')
  const hunks = patch?.hunks.map(
    ({ oldStart, oldLines, newStart, newLines, lines }): Hunk => ({
      before: [oldStart + part.line, oldLines],
      after: [newStart + part.line, newLines],
      lines: lines.flatMap((line) => diffLine(line, isAlikeAtEnd)),
    }),
  )
  if (hunks === undefined) return undefined
  const count = (sign: string) =>
    hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.sign === sign).length, 0)
  const { shown, omitted } = bounded(hunks, bounds.lines)
  return { added: count('+'), removed: count('-'), hunks: shown, omitted }
}

/** Drops the note that no line break ends the text where neither has one. */
function diffLine(line: string, isAlikeAtEnd: boolean): readonly DiffLine[] {
  if (line.startsWith('\\')) return isAlikeAtEnd ? [] : [{ sign: '\\', text: 'No newline at the end' }]
  return [{ sign: line.charAt(0) as DiffLine['sign'], text: line.slice(1) }]
}

/** Replaces everything between the first and the last changed line. */
function replacement(before: string, after: string, bounds: DiffBounds): TextDiff {
  const part = changedPart(before, after, 0)
  const [removed, added] = [lineCount(part.before), lineCount(part.after)]
  const lines = firstLines(
    [...headOf(part.before, '-', bounds.lines), ...headOf(part.after, '+', bounds.lines)],
    bounds.lines,
  )
  const hunk: Hunk = { before: [part.line + 1, removed], after: [part.line + 1, added], lines }
  return { added, removed, hunks: lines.length > 0 ? [hunk] : [], omitted: removed + added - lines.length }
}

function lineCount(text: string): number {
  const breaks = newlinesIn(text, text.length)
  return text === '' || text.endsWith('\n') ? breaks : breaks + 1
}

function headOf(text: string, sign: '-' | '+', most: number): readonly DiffLine[] {
  const lines: DiffLine[] = []
  for (let at = 0; at < text.length && lines.length < most; ) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    lines.push({ sign, text: text.slice(at, end) })
    at = end + 1
  }
  return lines
}

/** The first `most` lines, where a replaced block gives half of its lines to either side. */
function bounded(hunks: readonly Hunk[], most: number): { shown: readonly Hunk[]; omitted: number } {
  const shown: Hunk[] = []
  let [left, omitted] = [most, 0]
  for (const hunk of hunks) {
    const lines = left <= 0 ? [] : firstLines(hunk.lines, left)
    omitted += hunk.lines.length - lines.length
    left -= lines.length
    if (lines.length > 0) shown.push({ ...hunk, lines })
  }
  return { shown, omitted }
}

function firstLines(lines: readonly DiffLine[], most: number): readonly DiffLine[] {
  if (lines.length <= most) return lines
  const start = lines.findIndex(({ sign }) => sign !== ' ')
  const removed = runOf(lines, start, '-')
  const added = runOf(lines, start + removed.length, '+')
  const half = Math.max(1, Math.floor((most - start) / 2))
  if (removed.length <= half || added.length === 0) return lines.slice(0, most)
  return [...lines.slice(0, start), ...removed.slice(0, half), ...added.slice(0, half)]
}

/** Replaces long changed lines by excerpts, each removed line paired with the added one in its place. */
function shortened(lines: readonly DiffLine[], bounds: DiffBounds): readonly DiffLine[] {
  const first = lines.findIndex(({ sign }) => sign === '-' || sign === '+')
  if (first < 0) return lines
  const removed = runOf(lines, first, '-')
  const added = runOf(lines, first + removed.length, '+')
  return [
    ...lines.slice(0, first),
    ...replacedLines(removed, added, bounds),
    ...shortened(lines.slice(first + removed.length + added.length), bounds),
  ]
}

function runOf(lines: readonly DiffLine[], from: number, sign: DiffLine['sign']): readonly DiffLine[] {
  let end = from
  while (lines[end]?.sign === sign) end++
  return lines.slice(from, end)
}

function replacedLines(
  removed: readonly DiffLine[],
  added: readonly DiffLine[],
  { length }: DiffBounds,
): readonly DiffLine[] {
  const isLong = (line: DiffLine | undefined) => line !== undefined && line.text.length > length
  if (!removed.some(isLong) || !added.some(isLong)) return [...removed, ...added]
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => {
    const [before, after] = [removed[index], added[index]]
    if (before === undefined || after === undefined) return before ?? after ?? []
    return isLong(before) || isLong(after) ? excerptLines(before.text, after.text, length) : [before, after]
  }).flat()
}

function excerptLines(before: string, after: string, length: number): readonly DiffLine[] {
  const { excerpts, omitted } = excerptsOf(before, after, length)
  const lines = excerpts.flatMap((excerpt): readonly DiffLine[] => [
    { sign: '-', text: excerpt.before },
    { sign: '+', text: excerpt.after },
  ])
  return omitted === 0
    ? lines
    : [...lines, { sign: '\\', text: `${omitted} more change${omitted === 1 ? '' : 's'} in this line` }]
}
