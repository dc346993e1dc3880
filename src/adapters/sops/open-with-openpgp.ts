import type { PartialConfig, PrivateKey } from 'openpgp'
import type { Secret } from '../../model/secret.ts'
import type { Recipient } from './key-groups.ts'
import { SopsProblem } from './sops-problem.ts'

type OpenPgp = typeof import('openpgp')

/**
 * Opens the data key, or the share of it, of a recipient that one of the keys belongs to; undefined if there
 * is none. Loads the library only if needed.
 *
 * @throws SopsProblem for a key that is damaged or needs a passphrase, and for a data key that is damaged or
 * for too many keys
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
 * Accepts weak keys, as GnuPG does: their strength was decided when they were made. The content is at most 33
 * bytes, however well it is compressed.
 */
const config: PartialConfig = {
  minRSABits: 0,
  rejectPublicKeyAlgorithms: new Set(),
  allowInsecureDecryptionWithSigningKeys: true,
  maxDecompressedMessageSize: 1024,
}

/**
 * Maximum number of key ids of a message: SOPS makes one message per key, and each attempt blocks for
 * milliseconds.
 */
const mostIds = 4
/** The key id of a message that hides its recipient. */
const anyKey = '0000000000000000'

async function open(
  { readMessage, decrypt }: OpenPgp,
  { name, encrypted }: Recipient,
  keys: readonly PrivateKey[],
): Promise<Uint8Array | SopsProblem | undefined> {
  // The library's errors have no type. An invalid message fits no key, which the caller reports.
  const message = await readMessage({ armoredMessage: encrypted, config }).catch(() => undefined)
  const ids = message?.getEncryptionKeyIDs() ?? []
  if (ids.length > mostIds) return new SopsProblem(`the data key for ${name} names more than ${mostIds} keys`)
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
  return new SopsProblem(
    `OpenPGP key ${fingerprint} is protected by a passphrase; Reeve needs a key without one`,
  )
}
