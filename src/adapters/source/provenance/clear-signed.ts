import type { CleartextMessage, PublicKey } from 'openpgp'
import { errorMessage } from '../../../model/error-message.ts'
import { sourceFault } from '../source-fault.ts'

/** Maximum number of signatures of one message: each takes milliseconds. */
const MOST_SIGNATURES = 8
const ARMOR = /^-----(?:BEGIN|END) [^\n]*$/gm
/** One message and its signatures, and nothing before, between or after that is not signed. */
const SHAPE = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----END PGP SIGNATURE-----',
].join()

/**
 * The text of a clear-signed message (RFC 9580, "Cleartext Signature Framework") that one of the keys signed.
 * The key has to be valid both now and when it signed.
 * @throws FaultError bad-provenance, untrusted-signer
 */
export async function clearSignedText(signed: Uint8Array, keys: readonly PublicKey[]): Promise<string> {
  const text = new TextDecoder().decode(signed).replaceAll('\r\n', '\n').trim()
  const [first = '', ...rest] = text.match(ARMOR) ?? []
  if ([first, ...rest].join() !== SHAPE || !text.startsWith(first) || !text.endsWith(rest.at(-1) ?? ''))
    throw sourceFault('bad-provenance', 'the provenance file is not one clear-signed message')
  const message = await parse(text)
  if (message.getSigningKeyIDs().length > MOST_SIGNATURES)
    throw sourceFault('bad-provenance', `the provenance file has more than ${MOST_SIGNATURES} signatures`)
  await checkSignatures(message, keys)
  return message.getText()
}

async function parse(cleartextMessage: string): Promise<CleartextMessage> {
  const { readCleartextMessage } = await import('openpgp')
  try {
    return await readCleartextMessage({ cleartextMessage })
  } catch (error) {
    throw sourceFault('bad-provenance', `the provenance file: ${errorMessage(error)}`, error) // errors without a type
  }
}

/** One good signature of a listed key is enough. */
async function checkSignatures(message: CleartextMessage, keys: readonly PublicKey[]): Promise<void> {
  const { verify } = await import('openpgp')
  const { signatures } = await verify({ message, verificationKeys: [...keys] })
  const known = signatures.flatMap(({ keyID, verified }) => {
    const key = keys.find((each) => each.getKeys(keyID).length > 0)
    return key ? [{ key, keyID, verified }] : []
  })
  for (const { verified } of signatures) verified.catch(() => {}) // those that do not matter
  let problem: unknown
  for (const { key, keyID, verified } of known) {
    try {
      await verified // fails for a key that was not valid when it signed, and for a weak algorithm
      await key.getSigningKey(keyID) // fails for a key that is not valid now
      return
    } catch (error) {
      problem ??= error // errors without a type
    }
  }
  const ids = signatures.map(({ keyID }) => keyID.toHex().toUpperCase()).join(', ')
  if (known.length === 0) throw sourceFault('untrusted-signer', `OpenPGP key ${ids}`)
  throw sourceFault(
    'bad-provenance',
    `the signature of OpenPGP key ${ids}: ${errorMessage(problem)}`,
    problem,
  )
}
