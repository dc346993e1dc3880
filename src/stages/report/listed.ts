/** Maximum number of names in a list. */
const NAMED = 3

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(', ')
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
}
