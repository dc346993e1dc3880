import { REDACTED } from '../../model/secrets.ts'

const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*(?:@[^/?#\s@]*)*@/gi
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

function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}

/** Redacts user names and passwords (RFC 3986, userinfo) in every URL of the text. */
export function redactUrl(text: string): string {
  return text.replace(USER_INFO, '$1')
}
