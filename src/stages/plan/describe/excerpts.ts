import { diffWordsWithSpace } from 'diff'

/** Characters shown on each side of a change. */
const CONTEXT = 24
/** Maximum number of words added and removed that single changes are searched for. */
const MOST_EDITS = 100
/** Maximum length of two changed parts that single changes are searched for in. */
const LONGEST = 200_000
/** Maximum number of excerpts of one line. */
const LISTED = 8

/** One change within a long line, with what surrounds it. */
export interface Excerpt {
  readonly before: string
  readonly after: string
}

/** A changed part of a line: where it starts in either text and its length there. */
interface Region {
  readonly before: readonly [start: number, end: number]
  readonly after: readonly [start: number, end: number]
}

export interface Excerpts {
  readonly excerpts: readonly Excerpt[]
  /** Number of changes left out. */
  readonly omitted: number
}

/** The changes within a line as excerpts, each with some context and at most `length` characters long. */
export function excerptsOf(before: string, after: string, length: number): Excerpts {
  const context = Math.min(CONTEXT, Math.floor(length / 3))
  const regions = merged(regionsOf(before, after), 2 * context)
  const excerpts = regions.slice(0, LISTED).map((region) => ({
    before: excerpt(before, region.before, context, length),
    after: excerpt(after, region.after, context, length),
  }))
  return { excerpts, omitted: regions.length - excerpts.length }
}

function regionsOf(before: string, after: string): readonly Region[] {
  const [start, end] = commonEnds(before, after)
  const whole: Region = { before: [start, before.length - end], after: [start, after.length - end] }
  const [one, other] = [before.slice(...whole.before), after.slice(...whole.after)]
  if (one.length + other.length > LONGEST) return [whole]
  const parts = diffWordsWithSpace(one, other, { maxEditLength: MOST_EDITS })
  if (parts === undefined) return [whole]
  let [was, is] = [start, start]
  return parts.flatMap(({ value, added, removed }) => {
    const from = { before: was, after: is }
    if (!added) was += value.length
    if (!removed) is += value.length
    return added || removed ? [{ before: [from.before, was], after: [from.after, is] } satisfies Region] : []
  })
}

/** Lengths of what two texts begin and end with alike, without splitting a character. */
function commonEnds(before: string, after: string): readonly [start: number, end: number] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  if (isHighSurrogate(before.charCodeAt(start - 1))) start--
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  if (isLowSurrogate(before.charCodeAt(before.length - end))) end--
  return [start, end]
}

/** Joins changes so close to each other that their contexts meet. */
function merged(regions: readonly Region[], gap: number): readonly Region[] {
  const joined: Region[] = []
  for (const region of regions) {
    const last = joined.at(-1)
    if (last !== undefined && region.before[0] - last.before[1] <= gap)
      joined[joined.length - 1] = {
        before: [last.before[0], region.before[1]],
        after: [last.after[0], region.after[1]],
      }
    else joined.push(region)
  }
  return joined
}

function excerpt(
  text: string,
  [start, end]: readonly [number, number],
  context: number,
  length: number,
): string {
  const from = start <= context + 1 ? 0 : boundary(text, start - context)
  const lead = from > 0 ? '…' : ''
  const most = from + length - lead.length
  const wanted = end + context + 1 >= text.length ? text.length : end + context
  const isWhole = wanted === text.length && wanted <= most
  const to = isWhole ? wanted : boundary(text, Math.min(wanted, most - 1))
  return `${lead}${text.slice(from, to)}${isWhole ? '' : '…'}`
}

/** The offset, or the one before it where it would split a character. */
function boundary(text: string, offset: number): number {
  return isHighSurrogate(text.charCodeAt(offset - 1)) && isLowSurrogate(text.charCodeAt(offset))
    ? offset - 1
    : offset
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000
}
