import { cut } from '../../plan/describe/cut.ts'

/** Maximum number of items listed, and of characters of each. */
const LISTED = 6
const LONGEST = 80

/** `a, b, c and 4 more` */
export function listed(items: Iterable<string>): string {
  const all = [...new Set(items)]
  const shown = all.slice(0, LISTED).map((item) => cut(item, LONGEST))
  const rest = all.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
