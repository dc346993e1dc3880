import type { PublicKey } from 'openpgp'

const BLOCK = /-----BEGIN PGP [A-Z ]+-----[\s\S]*?-----END PGP [A-Z ]+-----/g

/**
 * The OpenPGP keys of a file, public ones or not: binary, or armored, which may be several blocks one after the
 * other. Empty if it is something else.
 */
export async function openPgpKeysIn(bytes: Uint8Array): Promise<readonly PublicKey[]> {
  const { readKeys } = await import('openpgp') // --help and starts without rules stay quick
  const blocks = new TextDecoder().decode(bytes).match(BLOCK)
  const read = blocks
    ? Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })))
    : readKeys({ binaryKeys: bytes }).then((keys) => [keys])
  // The library's errors have no type: the file is not one of keys.
  return (await read.catch(() => [])).flat()
}
