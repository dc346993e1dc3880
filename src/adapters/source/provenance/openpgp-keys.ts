import type { PublicKey } from 'openpgp'
import { openPgpPublicKeys } from '../../git/signature/openpgp-keys.ts'
import { sourceFault } from '../source-fault.ts'

/** The OpenPGP public keys of a file. @throws FaultError provenance-keys if it has none, or is something else */
export async function openPgpKeys(bytes: Uint8Array, file: string): Promise<readonly PublicKey[]> {
  const keys = await openPgpPublicKeys(bytes, file)
  if (typeof keys === 'string') throw sourceFault('provenance-keys', keys)
  return keys
}
