/** Escapes of RE2 with another name in JavaScript. */
const anchors: ReadonlyMap<string, string> = new Map([
  ['A', '^'],
  ['z', '$'],
])
const escapes = /\\(.)/gsu
const ignoresCase = /^\(\?i\)/
/** Lookarounds, which RE2 lacks; in SOPS, a pattern with one never matches. */
const notInRe2 = /\(\?<?[=!]/
const backReference = /[1-9k]/

/**
 * Translates a pattern from the syntax of RE2, which Go uses, to JavaScript. The flag u makes most
 * differences an error. Undefined for a pattern that is known to be invalid in RE2.
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

/** RE2 allows escapes of all punctuation, JavaScript only of syntax characters. */
function translateEscape(character: string): string {
  if (/[!-/:-@[-`{-~]/.test(character) && character !== '\\')
    return `\\x${character.charCodeAt(0).toString(16)}`
  return anchors.get(character) ?? `\\${character}`
}
