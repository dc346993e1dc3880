/** Length of the parts that are looked for in names, in characters. */
export const SHORTEST_IN_NAME = 6

/** What names are made of. Six of these are a number below 2³². */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-.'
const VALUES: ReadonlyMap<number, number> = new Map(
  Array.from(ALPHABET, (char, value) => [char.charCodeAt(0), value]),
)
const BEFORE_LAST = ALPHABET.length ** (SHORTEST_IN_NAME - 1)

/** The parts of texts that may occur in names, as numbers: millions of them take little memory. */
export class PartCodes {
  readonly #codes: Uint32Array

  constructor(texts: readonly string[]) {
    const codes = new Uint32Array(texts.reduce((sum, { length }) => sum + length, 0))
    let count = 0
    for (const text of texts)
      someCode(text, (code) => {
        codes[count++] = code
        return false
      })
    this.#codes = codes.subarray(0, count).sort()
  }

  /** Whether any part is in a text. */
  areIn(text: string): boolean {
    return someCode(text, (code) => this.#has(code))
  }

  #has(code: number): boolean {
    let [low, high] = [0, this.#codes.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = this.#codes[middle] ?? 0
      if (found === code) return true
      if (found < code) low = middle + 1
      else high = middle - 1
    }
    return false
  }
}

/** Whether any part of a text fits, as a number. */
function someCode(text: string, isFit: (code: number) => boolean): boolean {
  let code = 0
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const value = VALUES.get(text.charCodeAt(at))
    if (value === undefined) {
      length = 0
      continue
    }
    code = (code % BEFORE_LAST) * ALPHABET.length + value
    length++
    if (length >= SHORTEST_IN_NAME && isFit(code)) return true
  }
  return false
}
