import { readNumber } from './number.ts'
import type { Problem, Scalar } from './problem.ts'

const notFinite: Problem = { code: 'yaml-unsupported', details: 'infinity and NaN are not JSON numbers' }

/** Words that go-yaml v2 does not read as strings (YAML 1.1, plus `y` and `n`). */
const words: ReadonlyMap<string, Scalar | Problem> = new Map<string, Scalar | Problem>([
  ...spellings(['y', 'yes', 'true', 'on'], true),
  ...spellings(['n', 'no', 'false', 'off'], false),
  ...spellings(['null'], null),
  ['~', null],
  ['', null],
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, notFinite] as const),
  ...['', '+', '-'].flatMap((sign) =>
    ['.inf', '.Inf', '.INF'].map((word) => [sign + word, notFinite] as const),
  ),
])

function spellings(lower: readonly string[], value: Scalar): (readonly [string, Scalar])[] {
  return lower.flatMap((word) => {
    const capitalised = word.charAt(0).toUpperCase() + word.slice(1)
    return [word, capitalised, word.toUpperCase()].map((spelling) => [spelling, value] as const)
  })
}

/** The first characters of words and numbers; a scalar with any other is a string. */
const hints: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '0123456789+-.yYnNtTfFoO~'.includes(String.fromCharCode(code)),
)
const longestWord = 5

/** Reads a scalar without quotes and tag as kubectl does (go-yaml v2, resolve.go). */
export function readPlain(text: string): Scalar | Problem {
  const first = text.charCodeAt(0)
  if (text !== '' && hints[first] !== true) return text
  if (text.length <= longestWord) {
    const word = words.get(text)
    if (word !== undefined) return word
  }
  return first <= 57 ? (readNumber(text) ?? text) : text
}
