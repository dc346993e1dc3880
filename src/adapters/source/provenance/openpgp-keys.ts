import type { PublicKey } from 'openpgp'
import { sourceFault } from '../source-fault.ts'

const BLOCK = /-----BEGIN PGP [A-Z ]+-----[\s\S]*?-----END PGP [A-Z ]+-----/g

/**
 * The OpenPGP public keys of a file: binary, or armored, which may be several blocks one after the other.
 * @throws FaultError provenance-keys if it has none, or is something else
 */
export async function openPgpKeys(bytes: Uint8Array, file: string): Promise<readonly PublicKey[]> {
  const { readKeys } = await import('openpgp') // --help and starts without rules stay quick
  const blocks = new TextDecoder().decode(bytes).match(BLOCK)
  const read = blocks
    ? Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })))
    : readKeys({ binaryKeys: bytes }).then((keys) => [keys])
  // The library's errors have no type: the file is not one of keys.
  const keys = (await read.catch(() => [])).flat()
  if (keys.length === 0) throw sourceFault('provenance-keys', `${file} has no OpenPGP public key`)
  if (keys.some((key) => key.isPrivate()))
    throw sourceFault('provenance-keys', `${file} has a private key: export the public key alone`)
  return keys
}
