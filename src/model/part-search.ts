/** Minimum length of a part, in characters. */
export const SHORTEST_PART = 4

/** Finds many parts within texts, in time linear in the text, however many parts there are. */
export interface PartSearch {
  readonly isIn: (text: string) => boolean
  /** The text with something else in place of each part; of parts that overlap, in place of all of them. */
  readonly replaced: (text: string, other: (found: string) => string) => string
}

/** @param parts none of them shorter than the minimum */
export function partSearch(parts: Iterable<string>): PartSearch {
  const index = indexOf(parts)
  return {
    isIn: (text) => spansIn(text, index, 1).length > 0,
    replaced: (text, other) => {
      let end = 0
      let done = ''
      for (const span of spansIn(text, index, Number.POSITIVE_INFINITY)) {
        done += text.slice(end, span.start) + other(text.slice(span.start, span.end))
        end = span.end
      }
      return end === 0 ? text : done + text.slice(end)
    },
  }
}

interface Index {
  /** In order, so that those that begin alike follow each other. */
  readonly parts: readonly string[]
  /** Whether to look for one part after the other first: few short ones take less time so. */
  readonly areFew: boolean
  /** By part: the longest other one that it begins with; -1 where there is none. */
  readonly within: Int32Array
  /** First and last part by the first characters. */
  readonly ranges: ReadonlyMap<string, readonly [number, number]>
  /** Whether any part may begin with characters of this hash. */
  readonly hashes: Uint8Array
}

interface Span {
  readonly start: number
  end: number
}

/**
 * Work that a search may take, in characters compared, for each one of the text. A text that takes more is almost
 * the same as parts that are almost the same, over and over: it counts as found as a whole.
 */
const MOST_WORK = 64
const LEAST_WORK = 50_000

const FEW = 32
const SHORT = 500

const NONE: readonly Span[] = []

function indexOf(all: Iterable<string>): Index {
  const parts = [...new Set(all)].sort(byCodeUnits)
  const within = new Int32Array(parts.length).fill(-1)
  const ranges = new Map<string, [number, number]>()
  for (const [at, part] of parts.entries()) {
    let longest = at - 1
    while (longest >= 0 && !part.startsWith(parts[longest] ?? '')) longest = within[longest] ?? -1
    within[at] = longest
    const range = ranges.get(part.slice(0, SHORTEST_PART))
    if (range) range[1] = at
    else ranges.set(part.slice(0, SHORTEST_PART), [at, at])
  }
  const hashes = new Uint8Array(2 ** Math.ceil(Math.log2(16 * (ranges.size + 1))))
  for (const start of ranges.keys()) {
    const [a = 0, b = 0, c = 0, d = 0] = Array.from({ length: SHORTEST_PART }, (_, at) =>
      start.charCodeAt(at),
    )
    hashes[hashOf(a, b, c, d) & (hashes.length - 1)] = 1
  }
  const areFew = parts.length <= FEW && parts.every(({ length }) => length <= SHORT)
  return { parts, areFew, within, ranges, hashes }
}

/** The order of `<`, whatever the language. */
function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function hashOf(a: number, b: number, c: number, d: number): number {
  const hash =
    Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f)
  return hash ^ (hash >>> 15)
}

/** Where parts are, in order: the first ones. */
function spansIn(text: string, index: Index, most: number): readonly Span[] {
  if (index.areFew && !index.parts.some((part) => text.includes(part))) return NONE
  const work = { left: LEAST_WORK + MOST_WORK * text.length }
  const spans: Span[] = []
  for (
    let at = beginning(text, 0, index);
    at >= 0 && spans.length < most;
    at = beginning(text, at + 1, index)
  ) {
    const range = index.ranges.get(text.slice(at, at + SHORTEST_PART))
    const length = range ? longestAt(text, at, { index, range, work }) : 0
    if (work.left < 0) return [{ start: 0, end: text.length }]
    if (length > 0) add(spans, { start: at, end: at + length })
  }
  return spans
}

/** The first place from one on where a part may begin; -1 where there is none. */
function beginning(text: string, from: number, { hashes }: Index): number {
  const mask = hashes.length - 1
  let [a, b, c] = [text.charCodeAt(from), text.charCodeAt(from + 1), text.charCodeAt(from + 2)]
  for (let at = from; at + SHORTEST_PART <= text.length; at++) {
    const d = text.charCodeAt(at + 3)
    if (hashes[hashOf(a, b, c, d) & mask] === 1) return at
    a = b
    b = c
    c = d
  }
  return -1
}

function add(spans: Span[], span: Span): void {
  const last = spans.at(-1)
  if (last && span.start < last.end) last.end = Math.max(last.end, span.end)
  else spans.push(span)
}

interface Candidates {
  readonly index: Index
  readonly range: readonly [number, number]
  readonly work: { left: number }
}

/** Length of the longest part that a text has at a place. It is the last one not after the text, or within that one. */
function longestAt(text: string, at: number, { index, range: [first, last], work }: Candidates): number {
  const { parts, within } = index
  let [low, high] = [first, last]
  let [nearest, common] = [-1, 0]
  while (low <= high) {
    const middle = (low + high) >> 1
    const part = parts[middle] ?? ''
    const alike = commonLength(text, at, part)
    work.left -= alike
    const isAfter = alike < part.length && !(text.charCodeAt(at + alike) > part.charCodeAt(alike))
    if (isAfter) high = middle - 1
    else {
      ;[nearest, common] = [middle, alike]
      low = middle + 1
    }
  }
  while (nearest >= 0 && (parts[nearest] ?? '').length > common) {
    nearest = within[nearest] ?? -1
    work.left--
  }
  return nearest < 0 ? 0 : (parts[nearest] ?? '').length
}

function commonLength(text: string, at: number, part: string): number {
  const most = Math.min(part.length, text.length - at)
  let length = 0
  while (length < most && text.charCodeAt(at + length) === part.charCodeAt(length)) length++
  return length
}
