import type { Author } from './commit.ts'

/** `NAME <EMAIL>`, neither of which may hold what ends it in a commit. */
const IDENTITY = /^(?<name>[^<>\p{Cc}]*[^<>\p{Cc}\s])\s*<(?<email>[^<>\p{Cc}\s]+)>$/u

/** Reads `Ann <ann@example.com>`; undefined for anything else. */
export function parseIdentity(text: string): Author | undefined {
  const { name, email } = IDENTITY.exec(text.trim())?.groups ?? {}
  return name === undefined || email === undefined ? undefined : { name, email }
}
