const FIRST_MS = 1_000
const LONGEST_MS = 300_000

/** How long to wait after so many failures in a row, one at least, in milliseconds: from a second to five minutes. */
export function retryDelay(failures: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
}
