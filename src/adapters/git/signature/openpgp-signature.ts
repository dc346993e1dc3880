import type { KeyID, PublicKey, Signature, SignaturePacket } from 'openpgp'
import { errorMessage } from '../../../model/error-message.ts'
import { SignatureProblem } from './signature-problem.ts'

/** Maximum difference between the clocks of a signer and of this machine, in milliseconds. */
const CLOCK_SKEW_MS = 86_400_000

/** A key that signed, and whose it was at that time. */
export interface OpenPgpSigner {
  /** Fingerprint, in hexadecimal digits. */
  readonly fingerprint: string
  /** E-mail addresses of its valid user ids. */
  readonly emails: readonly string[]
}

export function isOpenPgpArmor(armor: string): boolean {
  return /^-----BEGIN PGP (?:SIGNATURE|MESSAGE)-----/.test(armor)
}

/**
 * Checks that one of the keys signed a payload. The key, and a subkey by a certification of its own, has to be
 * valid when the signature was made and at the time of the commit; a key revoked as compromised never is.
 * @param time of the commit, in seconds since the epoch
 * @throws SignatureProblem bad-signature, unknown-signer
 */
export async function openPgpSigner(
  armor: string,
  payload: Uint8Array,
  { keys, time }: { readonly keys: readonly PublicKey[]; readonly time: number },
): Promise<OpenPgpSigner> {
  const { signature, packet } = await parse(armor)
  const keyID = packet.issuerKeyID
  const id = keyID.toHex().toUpperCase()
  const key = await oneKey(keys.filter((each) => each.getKeys(keyID).length > 0))
  if (key === undefined) throw new SignatureProblem('unknown-signer', `OpenPGP key ${id} is not listed`)
  const made = packet.created ?? new Date(0)
  try {
    if (made.getTime() > Date.now() + CLOCK_SKEW_MS) throw new Error('it was made in the future')
    await check(signature, payload, key, validFrom(key, keyID, made))
    // The signature says itself when it was made: the key has to be valid at the commit's own time, too.
    await key.getSigningKey(keyID, validFrom(key, keyID, new Date(time * 1000)))
  } catch (error) {
    const words = errorMessage(error) // errors without a type
    throw new SignatureProblem('bad-signature', `the signature of OpenPGP key ${id}: ${words}`, {
      cause: error,
    })
  }
  const emails = await emailsOf(key, validFrom(key, keyID, made))
  return { fingerprint: key.getFingerprint().toUpperCase(), emails }
}

/** What any of the copies of a key says counts, such as that it is revoked. */
async function oneKey([first, ...copies]: readonly PublicKey[]): Promise<PublicKey | undefined> {
  let key = first
  for (const copy of copies) if (key?.getFingerprint() === copy.getFingerprint()) key = await key.update(copy)
  return key
}

/** A signature of several keys is refused, as by Git, and one of text, which is over more than one payload. */
async function parse(
  armoredSignature: string,
): Promise<{ readonly signature: Signature; readonly packet: SignaturePacket }> {
  const { readSignature, enums } = await import('openpgp')
  const signature = await readSignature({ armoredSignature }).catch((error) => {
    throw new SignatureProblem('bad-signature', 'the OpenPGP signature is damaged', { cause: error })
  })
  const [packet, ...more] = signature.packets
  if (packet === undefined || more.length > 0)
    throw new SignatureProblem('bad-signature', 'the OpenPGP signature is not one signature')
  if (packet.signatureType !== enums.signature.binary)
    throw new SignatureProblem('bad-signature', 'the OpenPGP signature is not one of binary data')
  return { signature, packet }
}

/** Also refuses weak hashes and keys. */
async function check(signature: Signature, payload: Uint8Array, key: PublicKey, date: Date): Promise<void> {
  const { createMessage, verify } = await import('openpgp')
  const message = await createMessage({ binary: payload })
  const config = { allowInsecureVerificationWithReformattedKeys: true } // as of `date`, see validFrom
  const { signatures } = await verify({ message, signature, verificationKeys: [key], date, config })
  for (const { verified } of signatures) await verified
  if (signatures.length !== 1) throw new Error('it is not over this commit')
}

/**
 * The time at which a key is to be looked at for an earlier one. A key that was renewed mostly has only its new
 * certification, which says since when it is valid, but was made later than what the key signed before.
 */
function validFrom(key: PublicKey, keyID: KeyID, date: Date): Date {
  const users = key.users.flatMap(({ selfCertifications }) => selfCertifications)
  const bindings = key.subkeys.find((subkey) => subkey.getKeyID().equals(keyID))?.bindingSignatures ?? []
  return new Date(Math.max(date.getTime(), firstOf(users), firstOf(bindings)))
}

function firstOf(signatures: readonly SignaturePacket[]): number {
  const times = signatures.map(({ created }) => created?.getTime() ?? 0)
  return times.length === 0 ? 0 : Math.min(...times)
}

async function emailsOf(key: PublicKey, date: Date): Promise<readonly string[]> {
  const found: string[] = []
  for (const user of key.users) {
    const email = user.userID?.email
    const isValid = await user.verify(date).catch(() => false) // revoked, or not certified by the key
    if (email && isValid === true) found.push(email)
  }
  return found
}
