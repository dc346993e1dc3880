/** Lengths of what two texts begin and end with alike. */
export interface CommonPart {
  readonly start: number
  readonly end: number
}

export function commonPart(one: string, other: string): CommonPart {
  const shorter = Math.min(one.length, other.length)
  let start = 0
  while (start < shorter && one[start] === other[start]) start++
  let end = 0
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++
  return { start, end }
}
