import { isDeepStrictEqual } from 'node:util'

/** Lines of a text that others take the place of. */
export interface LineChange {
  /** Number of the first line that is replaced, from 0. */
  readonly start: number
  /** Number of the line after the last one; the same as `start` where lines are added only. */
  readonly end: number
  readonly lines: readonly string[]
}

/** Makes the changes of both sides, in order. Undefined where changes that differ overlap or touch each other. */
export function mergeChanges(
  base: readonly string[],
  ours: readonly LineChange[],
  theirs: readonly LineChange[],
): readonly string[] | undefined {
  const merged: string[] = []
  let at = 0
  const [a, b] = [[...ours].reverse(), [...theirs].reverse()]
  for (let next = take(a, b); next !== undefined; next = take(a, b)) {
    if (next === 'conflict') return undefined
    push(merged, base.slice(at, next.start))
    push(merged, next.lines)
    at = next.end
  }
  push(merged, base.slice(at))
  return merged
}

/** The next change of either side. */
function take(ours: LineChange[], theirs: LineChange[]): LineChange | 'conflict' | undefined {
  const [our, their] = [ours.at(-1), theirs.at(-1)]
  if (our === undefined || their === undefined) return ours.pop() ?? theirs.pop()
  if (our.end < their.start) return ours.pop()
  if (their.end < our.start) return theirs.pop()
  if (!isDeepStrictEqual(our, their)) return 'conflict'
  ours.pop()
  return theirs.pop()
}

function push(lines: string[], more: readonly string[]): void {
  for (const line of more) lines.push(line)
}
