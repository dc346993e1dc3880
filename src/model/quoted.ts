/** Maximum length of a text that a message quotes, in characters. */
const LONGEST = 80

/** A user's text for a message: quoted, and truncated where it is too long to help. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}
