/** What differs of two texts: whole lines, with some unchanged lines around them. */
export interface Changed {
  readonly before: string
  readonly after: string
  /** Number of lines left out before it. */
  readonly line: number
}

/** Leaves out the lines that two texts begin and end with alike, except `context` of them. */
export function changedPart(before: string, after: string, context: number): Changed {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const from = lineStart(before, start, context)
  const isAtLine = isLineStart(before, before.length - end) && isLineStart(after, after.length - end)
  const rest = before.length - lineEnd(before, before.length - end, isAtLine ? context : context + 1)
  return {
    before: before.slice(from, before.length - rest),
    after: after.slice(from, after.length - rest),
    line: newlinesIn(before, from),
  }
}

/** Start of the line that is `context` lines above the one at an offset. */
function lineStart(text: string, offset: number, context: number): number {
  let at = offset
  for (let left = context + 1; left > 0 && at > 0; left--) at = text.lastIndexOf('\n', at - 1)
  return at <= 0 ? 0 : at + 1
}

/** The end of `lines` lines from an offset on. */
function lineEnd(text: string, offset: number, lines: number): number {
  let at = offset
  for (let left = lines; left > 0; left--) {
    const next = text.indexOf('\n', at)
    if (next < 0) return text.length
    at = next + 1
  }
  return at
}

/** Number of line breaks before an offset. */
export function newlinesIn(text: string, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n'
}
