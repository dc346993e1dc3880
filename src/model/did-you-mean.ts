import { nearestName } from './nearest-name.ts'

/** `; did you mean replicas?` where a name is likely a typo of a known one, else the empty text. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const near = nearestName(name, known, mostEdits(name))
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`
}

/** One typo in three letters, up to two. */
function mostEdits(name: string): number {
  return Math.min(2, Math.floor(name.length / 3))
}
