import type { PublicKey } from 'openpgp'
import { type AllowedSigner, BadSignersLine, parseAllowedSigners } from './allowed-signers.ts'
import { hasPrivateKey, openPgpPublicKeys } from './openpgp-keys.ts'

/** Keys that commits may be signed by. */
export interface SignerKeys {
  readonly openPgp: readonly PublicKey[]
  readonly ssh: readonly AllowedSigner[]
}

/**
 * Reads a file of OpenPGP public keys, or of allowed signers.
 * @returns a problem as text if it has none
 */
export async function readSignerKeys(bytes: Uint8Array, file: string): Promise<SignerKeys | string> {
  const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0
  const text = Buffer.from(bytes).toString('utf8')
  if (/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text)) return hasPrivateKey(file)
  if (isBinary || text.includes('-----BEGIN PGP ')) return openPgp(bytes, file)
  try {
    const ssh = parseAllowedSigners(text)
    return ssh.length === 0 ? `${file} has no key` : { openPgp: [], ssh }
  } catch (error) {
    if (!(error instanceof BadSignersLine)) throw error
    return `${file}:${error.line}: ${error.message}`
  }
}

async function openPgp(bytes: Uint8Array, file: string): Promise<SignerKeys | string> {
  const keys = await openPgpPublicKeys(bytes, file)
  return typeof keys === 'string' ? keys : { openPgp: keys, ssh: [] }
}
