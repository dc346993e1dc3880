import { nearestName } from './nearest-name.ts'

/** `; did you mean replicas?` where a name is likely a typo of a known one, else the empty text. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const near = nearestName(name, known, mostEdits(name))
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`
}

/** One typo in a short name, one in three letters of a longer one. */
function mostEdits(name: string): number {
  return Math.max(1, Math.floor(name.length / 3))
}
