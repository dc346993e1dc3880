/**
 * Maximum length of a compared text, in characters. Longer texts are no typos of each other, and comparing
 * them takes time.
 */
const LONGEST = 64

/**
 * The name that a text is likely a typo of, ignoring case; undefined where none is close.
 *
 * @param most maximum number of edits from the text to the name
 */
export function nearestName(text: string, names: readonly string[], most: number): string | undefined {
  if (text.length > LONGEST) return undefined
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    if (Math.abs(name.length - text.length) > most) continue
    const distance = editDistance(text.toLowerCase(), name.toLowerCase())
    if (distance <= most && distance < (best?.distance ?? most + 1)) best = { name, distance }
  }
  return best?.name
}

/** Number of edits from one text to the other: insert, delete or replace a letter (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
