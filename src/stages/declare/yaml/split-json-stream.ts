import { parseJson } from '../../../model/json.ts'

interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The objects of `{…}{…}`, a stream of JSON objects without separators, which kubectl accepts;
 * undefined for everything else, a single object included.
 */
export function splitJsonStream(text: string): readonly Range[] | undefined {
  const objects: Range[] = []
  let start = nextContent(text, 0)
  while (start < text.length) {
    const end = text[start] === '{' ? endOfObject(text, start) : undefined
    if (end === undefined) return undefined
    const next = nextContent(text, end)
    if (objects.length === 0 && next >= text.length) return undefined
    if (parseJson(text.slice(start, end)) === undefined) return undefined
    objects.push({ start, end })
    start = next
  }
  return objects
}

function nextContent(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1
  return at
}

/** The offset after the brace that closes the object at `start`; undefined where none does. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) return at + 1
  }
  return undefined
}

/** The offset of the quote that closes the string at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
