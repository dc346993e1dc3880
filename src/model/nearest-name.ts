/**
 * Maximum length of a compared text, in characters. Longer texts are no typos of each other, and comparing
 * them takes time.
 */
const LONGEST = 64
/** Maximum number of names that a text is compared with. */
const MOST_NAMES = 5_000

/**
 * The name that a text is likely a typo of, ignoring case; undefined where none is close.
 *
 * @param most maximum number of edits from the text to the name
 */
export function nearestName(text: string, names: readonly string[], most: number): string | undefined {
  if (text.length > LONGEST) return undefined
  const typed = text.toLowerCase()
  let nearest: string | undefined
  let bound = most
  let compared = 0
  for (const name of names) {
    if (bound < 0 || compared === MOST_NAMES) break
    if (Math.abs(name.length - text.length) > bound) continue
    compared += 1
    const distance = editDistance(typed, name.toLowerCase(), bound)
    if (distance > bound) continue
    nearest = name
    bound = distance - 1
  }
  return nearest
}

/**
 * Number of edits from one text to the other: insert, delete or replace a letter (Levenshtein). Where there are
 * more than `most`, any greater number: cells further than that from the diagonal are not computed (Ukkonen).
 */
function editDistance(one: string, other: string, most: number): number {
  const same = commonPrefix(one, other)
  const [rows, columns] = [one.length - same, other.length - same]
  const beyond = most + 1
  let row = Array.from({ length: columns + 1 }, (_, index) => index)
  for (let i = 1; i <= rows; i++) {
    const next = new Array<number>(columns + 1).fill(beyond)
    if (i <= most) next[0] = i
    let least = next[0] ?? beyond
    for (let j = Math.max(1, i - most); j <= Math.min(columns, i + most); j++) {
      const replaced = (row[j - 1] ?? beyond) + (one[same + i - 1] === other[same + j - 1] ? 0 : 1)
      const edits = Math.min(replaced, (row[j] ?? beyond) + 1, (next[j - 1] ?? beyond) + 1)
      next[j] = edits
      least = Math.min(least, edits)
    }
    if (least > most) return beyond
    row = next
  }
  return row[columns] ?? beyond
}

function commonPrefix(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
