import { cut } from '../../../model/cut.ts'
import { firstOf } from '../../../model/first-of.ts'

/** Maximum number of items listed, and of characters of each. */
const LISTED = 6
const LONGEST = 80

/** `a, b, c and 4 more` */
export function listed(items: Iterable<string>): string {
  const all = Array.from(new Set(items), (item) => cut(item, LONGEST))
  return firstOf(all, LISTED)
}
