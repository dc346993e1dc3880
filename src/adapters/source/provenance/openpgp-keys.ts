import type { PublicKey } from 'openpgp'
import { openPgpKeysIn } from '../../git/signature/openpgp-keys.ts'
import { sourceFault } from '../source-fault.ts'

/**
 * The OpenPGP public keys of a file: binary, or armored, which may be several blocks one after the other.
 * @throws FaultError provenance-keys if it has none, or is something else
 */
export async function openPgpKeys(bytes: Uint8Array, file: string): Promise<readonly PublicKey[]> {
  const keys = await openPgpKeysIn(bytes)
  if (keys.length === 0) throw sourceFault('provenance-keys', `${file} has no OpenPGP public key`)
  if (keys.some((key) => key.isPrivate()))
    throw sourceFault('provenance-keys', `${file} has a private key: export the public key alone`)
  return keys
}
