/** Maximum number of names in the text of a cycle: each member of it has that text. */
const MOST_NAMES = 12

/**
 * The text of a cycle: `a → b → c → a`, of a long one its beginning and its length.
 *
 * @param way the members, from the first back to it
 */
export function cycleText(way: readonly string[]): string {
  const [first = ''] = way
  if (way.length <= MOST_NAMES + 1) return way.join(' → ')
  return `${way.slice(0, MOST_NAMES).join(' → ')} → … → ${first} (${way.length - 1} in all)`
}
