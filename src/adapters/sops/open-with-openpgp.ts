import type { PartialConfig, PrivateKey } from 'openpgp'
import type { Secret } from '../../model/secret.ts'
import type { Recipient } from './key-groups.ts'
import { SopsProblem } from './sops-problem.ts'

type OpenPgp = typeof import('openpgp')

/**
 * What is encrypted for one of the recipients that a key belongs to; undefined where none does.
 * The library is loaded only where it is needed.
 *
 * @throws SopsProblem for a key that is damaged or wants a passphrase, and for a damaged data key
 */
export async function openWithOpenPgp(
  recipients: readonly Recipient[],
  keys: readonly Secret[],
): Promise<Uint8Array | undefined> {
  const candidates = recipients.filter(({ service }) => service === 'openpgp')
  if (candidates.length === 0 || keys.length === 0) return undefined
  const openpgp = await import('openpgp')
  const privateKeys = await readKeys(openpgp, keys)
  let problem: SopsProblem | undefined
  for (const recipient of candidates) {
    const opened = await open(openpgp, recipient, privateKeys)
    if (opened instanceof Uint8Array) return opened
    problem ??= opened
  }
  if (problem) throw problem
  return undefined
}

async function readKeys({ readPrivateKeys }: OpenPgp, keys: readonly Secret[]): Promise<PrivateKey[]> {
  try {
    return (await Promise.all(keys.map((key) => readPrivateKeys({ armoredKeys: key.reveal() })))).flat()
  } catch {
    throw new SopsProblem('a key of the OpenPGP key file is damaged')
  }
}

/**
 * Whether a key is strong enough was decided when it was made: what GnuPG opens is opened. What
 * comes out is 33 bytes at most, however well it is packed.
 */
const config: PartialConfig = {
  minRSABits: 0,
  rejectPublicKeyAlgorithms: new Set(),
  allowInsecureDecryptionWithSigningKeys: true,
  maxDecompressedMessageSize: 1024,
}

/** SOPS makes a message for each key; to try one takes milliseconds in which nothing else is done. */
const mostIds = 4
/** The id of a message that does not tell whom it is for. */
const anyKey = '0000000000000000'

async function open(
  { readMessage, decrypt }: OpenPgp,
  { name, encrypted }: Recipient,
  keys: readonly PrivateKey[],
): Promise<Uint8Array | SopsProblem | undefined> {
  // The library's errors have no type. What is no message fits no key, and the caller says that none does.
  const message = await readMessage({ armoredMessage: encrypted, config }).catch(() => undefined)
  const ids = message?.getEncryptionKeyIDs() ?? []
  if (ids.length > mostIds)
    return new SopsProblem(`the data key for ${name} is for more than ${mostIds} keys`)
  const namedIds = ids.filter((id) => id.toHex() !== anyKey)
  const named = keys.filter((key) => namedIds.some((id) => key.getKeys(id).length > 0))
  const fitting = namedIds.length < ids.length ? keys : named
  const usable = fitting.filter((key) => key.isDecrypted())
  const [locked] = named.filter((key) => !key.isDecrypted())
  try {
    if (message && usable.length > 0)
      return (await decrypt({ message, decryptionKeys: usable, format: 'binary', config })).data
  } catch {
    // A key that the message does not name may be the wrong one.
    if (named.some((key) => key.isDecrypted())) return new SopsProblem(`the data key for ${name} is damaged`)
  }
  return locked && wantsPassphrase(locked)
}

function wantsPassphrase(key: PrivateKey): SopsProblem {
  const fingerprint = key.getFingerprint().toUpperCase()
  return new SopsProblem(`OpenPGP key ${fingerprint} has a passphrase; Reeve needs it without one`)
}
