import { type ChangeObject, diffArrays } from 'diff'
import { type LineChange, mergeChanges } from './merge-changes.ts'
import type { Sides } from './sides.ts'

/** Maximum number of lines that one side removes and adds: finding them takes as long as their square. */
const MOST_EDITS = 2_000
/** Number of them that are found at once; to find more, others have their turn meanwhile. */
const EDITS_AT_ONCE = 300
/** Maximum number of lines of a text, which take more memory than its bytes. */
const MOST_LINES = 200_000
/** As Git looks for a NUL to tell a binary file (buffer_is_binary). */
const LOOKED_AT = 8000
const LINE_FEED = 0x0a

type Parts = readonly ChangeObject<string[]>[] | undefined

/**
 * Merges two changed texts line by line, as diff3 does. Undefined where both change the same lines, where the content
 * is not text, or where it takes too long to find out.
 */
export async function mergeTexts({ base, ours, theirs }: Sides<Uint8Array>): Promise<Uint8Array | undefined> {
  const all = [base, ours, theirs]
  if (all.some(isBinary) || all.some((bytes) => !hasFewLines(bytes, MOST_LINES))) return undefined
  const [o, a, b] = [linesOf(base), linesOf(ours), linesOf(theirs)]
  const ourChanges = await changesBetween(o, a)
  const theirChanges = ourChanges && (await changesBetween(o, b))
  const merged = theirChanges && mergeChanges(o, ourChanges, theirChanges)
  return merged && Buffer.from(merged.join(''), 'latin1')
}

/** Each with its line break. Bytes stay as they are, whatever the encoding. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+$/g) ?? []
  )
}

export function hasFewLines(bytes: Uint8Array, most: number): boolean {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0 && lines <= most; at = bytes.indexOf(LINE_FEED, at + 1))
    lines++
  return lines <= most
}

/** Undefined where they are too many. */
async function changesBetween(
  before: readonly string[],
  after: readonly string[],
): Promise<readonly LineChange[] | undefined> {
  const parts = diffSoon(before, after) ?? (await diffLater(before, after))
  return parts && changesIn(parts)
}

function diffSoon(before: readonly string[], after: readonly string[]): Parts {
  return diffArrays([...before], [...after], { maxEditLength: EDITS_AT_ONCE })
}

function diffLater(before: readonly string[], after: readonly string[]): Promise<Parts> {
  return new Promise((callback) => {
    diffArrays([...before], [...after], { maxEditLength: MOST_EDITS, callback })
  })
}

function changesIn(parts: NonNullable<Parts>): readonly LineChange[] {
  const changes: LineChange[] = []
  let at = 0
  for (const { added, removed, value } of parts) {
    const end = added ? at : at + value.length
    if (added || removed) {
      const isNext = changes.at(-1)?.end === at
      const { start, lines } = (isNext && changes.pop()) || { start: at, lines: [] }
      changes.push({ start, end, lines: added ? [...lines, ...value] : lines })
    }
    at = end
  }
  return changes
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, LOOKED_AT).includes(0)
}
