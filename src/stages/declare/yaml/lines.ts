/** Finds the line at an offset. */
export type LineOf = (offset: number) => number

/**
 * Finds lines of the file, counted from 1, for a text that begins on its line `first` (from 0). Line starts
 * are computed once, on first use.
 */
export function lineFinder(text: string, first: number): LineOf {
  let starts: readonly number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    return first + countUpTo(starts, offset)
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The number of the ascending numbers that are at most `limit`. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
