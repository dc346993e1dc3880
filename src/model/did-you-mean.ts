import { nearestName } from './nearest-name.ts'

/** Maximum number of comparisons for one list of known names: some tenths of a second. */
const MOST_COMPARISONS = 1_000_000

/** `; did you mean replicas?` where a name is likely a typo of a known one, else the empty text. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const near = nearestName(name, known, mostEdits(name))
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`
}

/**
 * `didYouMean` for any number of names and the same known ones. The known names are read once, when the first
 * name asks. After many names that are unknown, suggestions end.
 */
export function suggestionsFrom(known: Iterable<string>): (name: string) => string {
  const made = new Map<string, string>()
  let names: readonly string[] | undefined
  let left = MOST_COMPARISONS
  return (name) => {
    const before = made.get(name)
    if (before !== undefined) return before
    names ??= [...known]
    left -= names.length
    const suggestion = left < 0 ? '' : didYouMean(name, names)
    made.set(name, suggestion)
    return suggestion
  }
}

/** One typo in three letters, up to two. */
function mostEdits(name: string): number {
  return Math.min(2, Math.floor(name.length / 3))
}
