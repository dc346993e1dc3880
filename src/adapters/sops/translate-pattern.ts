/** What RE2 knows by another name than JavaScript. */
const anchors: ReadonlyMap<string, string> = new Map([
  ['A', '^'],
  ['z', '$'],
])
const escapes = /\\(.)/gsu
const ignoresCase = /^\(\?i\)/
/** What JavaScript has and RE2 has not; SOPS takes a pattern with it for one that never matches. */
const notInRe2 = /\(\?<?[=!]/
const backReference = /[1-9k]/

/**
 * A pattern in the syntax of RE2, which Go reads, as JavaScript's. It is for the flag u, with which
 * most of what differs is an error. Undefined where it is known to be none of RE2.
 */
export function translatePattern(
  pattern: string,
): { readonly source: string; readonly flags: string } | undefined {
  const escaped = [...pattern.matchAll(escapes)].map(([, character = '']) => character)
  if (escaped.some((character) => backReference.test(character))) return undefined
  if (notInRe2.test(pattern.replaceAll(escapes, ''))) return undefined
  return {
    source: pattern
      .replace(ignoresCase, '')
      .replaceAll(escapes, (_, character) => translateEscape(character)),
    flags: ignoresCase.test(pattern) ? 'iu' : 'u',
  }
}

/** RE2 lets any punctuation be escaped, JavaScript only what has a meaning. */
function translateEscape(character: string): string {
  if (/[!-/:-@[-`{-~]/.test(character) && character !== '\\')
    return `\\x${character.charCodeAt(0).toString(16)}`
  return anchors.get(character) ?? `\\${character}`
}
