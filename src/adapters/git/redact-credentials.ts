import { redactUrl } from '../../model/redact-url.ts'
import { REDACTED } from '../../model/secrets.ts'

const LONGEST = 500
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a remote says may hold terminal sequences
const UNPRINTABLE = /\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f\x7f-\x9f]+/g

/**
 * Prepares text from outside (a server, a hook, an error) for a message: one line of at most 500 characters,
 * without control characters, with the given secrets and the credentials of URLs redacted.
 */
export function redactCredentials(text: string, secrets: readonly string[] = []): string {
  const plain = redactUrl(redactSecrets(text, secrets)).replace(UNPRINTABLE, ' ').trim()
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}

/** The text with `(secret)` in place of each secret. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}
