import { diff3Merge } from 'node-diff3'
import type { Sides } from './sides.ts'

/** Maximum number of pairs of equal lines: the search for what two texts have in common looks at each. */
const MOST_PAIRS = 4_000_000
/** As Git looks for a NUL to tell a binary file (buffer_is_binary). */
const LOOKED_AT = 8000

/**
 * Merges two changed texts line by line, as diff3 does. Undefined where both change the same lines, where the content
 * is not text, or where it takes too long to find out.
 */
export function mergeTexts({ base, ours, theirs }: Sides<Uint8Array>): Uint8Array | undefined {
  if ([base, ours, theirs].some(isBinary)) return undefined
  const [o, a, b] = [linesOf(base), linesOf(ours), linesOf(theirs)]
  const start = commonStart(o, a, b)
  const end = commonEnd(o, a, b, start)
  const middle = (lines: readonly string[]) => lines.slice(start, lines.length - end)
  const [baseLines, ourLines, theirLines] = [middle(o), middle(a), middle(b)]
  if (pairsIn(baseLines, ourLines) + pairsIn(baseLines, theirLines) > MOST_PAIRS) return undefined
  const merged: string[] = []
  for (const part of diff3Merge(ourLines, baseLines, theirLines, { excludeFalseConflicts: true })) {
    if (part.ok === undefined) return undefined
    for (const line of part.ok) merged.push(line)
  }
  return Buffer.from([...o.slice(0, start), ...merged, ...o.slice(o.length - end)].join(''), 'latin1')
}

/** Each with its line break. Bytes stay as they are, whatever the encoding. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+$/g) ?? []
  )
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, LOOKED_AT).includes(0)
}

function commonStart(...texts: readonly (readonly string[])[]): number {
  const [first = [], ...others] = texts
  const at = first.findIndex((line, index) => others.some((lines) => lines[index] !== line))
  return at < 0 ? Math.min(...texts.map(({ length }) => length)) : at
}

function commonEnd(o: readonly string[], a: readonly string[], b: readonly string[], start: number): number {
  const most = Math.min(o.length, a.length, b.length) - start
  let end = 0
  while (end < most && o.at(-1 - end) === a.at(-1 - end) && o.at(-1 - end) === b.at(-1 - end)) end++
  return end
}

function pairsIn(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const line of one) counts.set(line, (counts.get(line) ?? 0) + 1)
  return other.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0)
}
