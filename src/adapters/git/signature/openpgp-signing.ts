import type { PrivateKey } from 'openpgp'
import { errorMessage } from '../../../model/error-message.ts'
import { BadSigningKey } from './signing-key.ts'

/** Signs by an OpenPGP private key, armored or binary. @throws BadSigningKey */
export async function openPgpSigning(
  payload: Uint8Array,
  key: Uint8Array,
  passphrase: string | undefined,
): Promise<string> {
  const { createMessage, decryptKey, sign } = await import('openpgp')
  const read = await parse(key)
  try {
    const signingKeys = read.isDecrypted()
      ? read
      : await decryptKey({ privateKey: read, passphrase: passphrase ?? '' })
    const message = await createMessage({ binary: payload })
    // Without it, each signature would hold a random value.
    const config = { nonDeterministicSignaturesViaNotation: false }
    return await sign({ message, signingKeys, detached: true, config })
  } catch (error) {
    const words = errorMessage(error) // errors without a type
    throw new BadSigningKey(`cannot sign: ${words}`, { cause: error })
  }
}

async function parse(bytes: Uint8Array): Promise<PrivateKey> {
  const { readPrivateKey } = await import('openpgp')
  const text = new TextDecoder().decode(bytes)
  const read = text.includes('-----BEGIN PGP ')
    ? readPrivateKey({ armoredKey: text })
    : readPrivateKey({ binaryKey: bytes })
  return read.catch((cause) => {
    throw new BadSigningKey('has no OpenPGP private key', { cause }) // errors without a type
  })
}
