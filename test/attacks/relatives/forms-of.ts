import { parts } from '../derived-secrets.ts'

/** Shorter parts of a text in hex are parts of the ids of commits and objects by chance. */
const HEX_LENGTH = 14

/** Parts of all that a secret is easily turned into, long enough that an output does not have them by chance. */
export function formsOf(secret: string): readonly string[] {
  const plain = [secret, secret.toUpperCase(), secret.toLowerCase(), swapCase(secret)].flatMap((text) => [
    text,
    reversed(text),
  ])
  const spaced = [...secret].join(' ')
  const base64 = ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + secret)
      .toString('base64')
      .slice(4, -4),
  )
  return [
    ...new Set([
      ...plain.flatMap((text) => parts(text, 6)),
      ...parts(spaced, 12),
      ...base64.flatMap((text) => parts(text, 8)),
      ...parts(Buffer.from(secret).toString('hex'), HEX_LENGTH),
    ]),
  ]
}

function reversed(text: string): string {
  return [...text].reverse().join('')
}

function swapCase(text: string): string {
  return [...text]
    .map((each) => (each === each.toUpperCase() ? each.toLowerCase() : each.toUpperCase()))
    .join('')
}
