const TITLE = /(?:(?:Invalid|Unsupported|Duplicate) value|Not found): /g
const OPEN = '{['
const CLOSE = '}]'

/**
 * Redacts the values that a message of the API server quotes (apimachinery, field.Error): a string, an object
 * as JSON or in Go's syntax, or any text up to the next colon.
 *
 * @param longest values with more characters are redacted
 */
export function redactValues(text: string, longest: number): string {
  let tidy = ''
  let next = 0
  for (const { index, 0: title } of text.matchAll(TITLE)) {
    if (index < next) continue // within a value
    const start = index + title.length
    const end = endOfValue(text, start)
    const value = text.slice(start, end)
    tidy += text.slice(next, start) + (value.length > longest ? '(hidden)' : value)
    next = end
  }
  return tidy + text.slice(next)
}

/** A truncated value extends to the end of the text. */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at)
    else if (OPEN.includes(character)) depth += 1
    else if (CLOSE.includes(character)) depth -= 1
    else if (character === ':' && depth <= 0) return at
  }
  return text.length
}

/** Index of the closing quote. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) === '"') return at
  }
  return text.length
}
