import { hash } from 'node:crypto'

/** Usual forms of a secret in names, which have no capital letters. */
export function formsInNames(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  const digests = ['md5', 'sha1', 'sha256', 'sha512'].map((algorithm) => hash(algorithm, text))
  const lower = text.toLowerCase()
  const forms = [
    lower,
    lower.replace(/[^a-z\d]+/g, ''),
    lower.replace(/[^a-z\d]+/g, '-'),
    bytes.toString('hex'),
    bytes.toString('base64'),
    base32(bytes),
    ...digests,
  ].map((form) => form.toLowerCase())
  return [...forms, ...forms.map((form) => [...form].reverse().join(''))]
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Uint8Array): string {
  let done = ''
  let bits = 0
  let left = 0
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff
    for (left += 8; left >= 5; left -= 5) done += BASE32[(bits >> (left - 5)) & 31]
  }
  return left > 0 ? done + BASE32[(bits << (5 - left)) & 31] : done
}
