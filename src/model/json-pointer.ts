import { isJsonArray, isJsonObject, type JsonValue } from './json.ts'

/** Escapes a reference token of a JSON pointer (RFC 6901). */
export function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/')
    ? token.replaceAll('~', '~0').replaceAll('/', '~1')
    : token
}

export function unescapeToken(token: string): string {
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
}

/** The pointer made of these names and indexes. */
export function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapeToken(token)}`).join('')
}

/** The names and indexes of a pointer. */
export function tokensOf(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(unescapeToken)
}

/** The value at a path of tokens; undefined where there is none. */
export function valueAt(root: JsonValue | undefined, tokens: readonly string[]): JsonValue | undefined {
  let value = root
  for (const token of tokens) {
    if (isJsonArray(value)) value = /^\d+$/.test(token) ? value[Number(token)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined
    if (value === undefined) return undefined
  }
  return value
}
