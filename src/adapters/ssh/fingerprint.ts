import { hash } from 'node:crypto'

/** The fingerprint of a public key, as ssh-keygen -l prints it. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`
}
