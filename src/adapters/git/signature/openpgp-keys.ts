import type { PublicKey } from 'openpgp'

const BLOCK = /-----BEGIN PGP [A-Z ]+-----[\s\S]*?-----END PGP [A-Z ]+-----/g

/**
 * The OpenPGP public keys of a file: binary, or armored, which may be several blocks one after the other.
 * @returns a problem as text if it has none, or is something else
 */
export async function openPgpPublicKeys(
  bytes: Uint8Array,
  file: string,
): Promise<readonly PublicKey[] | string> {
  const keys = await openPgpKeysIn(bytes)
  if (keys.length === 0) return `${file} has no OpenPGP public key`
  return keys.some((key) => key.isPrivate()) ? hasPrivateKey(file) : keys
}

export function hasPrivateKey(file: string): string {
  return `${file} has a private key: export the public key alone`
}

/** Public ones or not; empty if it is something else. */
async function openPgpKeysIn(bytes: Uint8Array): Promise<readonly PublicKey[]> {
  const { readKeys } = await import('openpgp') // --help and starts without rules stay quick
  const blocks = new TextDecoder().decode(bytes).match(BLOCK)
  const read = blocks
    ? Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })))
    : readKeys({ binaryKeys: bytes }).then((keys) => [keys])
  // The library's errors have no type: the file is not one of keys.
  return (await read.catch(() => [])).flat()
}
