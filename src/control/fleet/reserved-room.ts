/** What takes less than this part of a room is small, and this share of the room is left to it. */
const SMALL = 1 / 128
const LEFT_TO_SMALL = 1 / 4

/** What of a room may be used up with one that is so large: the whole by small ones alone. */
export function roomFor(size: number, largest: number): number {
  return isSmall(size, largest) ? largest : largest * (1 - LEFT_TO_SMALL)
}

/** The largest that there is room for beside what is used. */
export function roomLeft(used: number, largest: number): number {
  const small = Math.min(largest * SMALL, largest - used)
  return Math.max(0, small, largest * (1 - LEFT_TO_SMALL) - used)
}

function isSmall(size: number, largest: number): boolean {
  return size <= largest * SMALL
}
