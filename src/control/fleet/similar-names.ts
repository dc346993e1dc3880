/** A missing name, with existing names that resemble it. */
export function withSimilarNames(name: string, names: readonly string[]): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  const near = names.filter((each) => each.includes(last)).slice(0, 5)
  return near.length === 0 ? name : `${name}; similar names: ${near.join(', ')}`
}
