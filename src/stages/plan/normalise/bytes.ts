const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Whether two base64 texts encode the same bytes. Ignores line breaks and the unused bits of the last
 * character, as Go's encoding/base64 does.
 */
export function sameBytes(one: string, other: string): boolean {
  const a = decoded(one)
  const b = decoded(other)
  return a !== undefined && b !== undefined && a.equals(b)
}

/** Whether a base64 text encodes nothing but white space. */
export function isBlankBytes(text: string): boolean {
  return decoded(text)?.toString('latin1').trim() === ''
}

function decoded(text: string): Buffer | undefined {
  const joined = text.replaceAll(/[\r\n]/g, '')
  return joined.length % 4 === 0 && BASE64.test(joined) ? Buffer.from(joined, 'base64') : undefined
}
