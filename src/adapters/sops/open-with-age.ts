import type { Secret } from '../../model/secret.ts'
import type { Recipient } from './key-groups.ts'
import { SopsProblem } from './sops-problem.ts'

/**
 * Opens the data key, or the share of it, of a recipient that one of the keys belongs to; undefined if there
 * is none. Loads the library only if needed.
 *
 * @throws SopsProblem for a key or a data key that is damaged
 */
export async function openWithAge(
  recipients: readonly Recipient[],
  keys: readonly Secret[],
): Promise<Uint8Array | undefined> {
  const candidates = recipients.filter(({ service }) => service === 'age')
  if (candidates.length === 0 || keys.length === 0) return undefined
  const { armor, Decrypter, identityToRecipient } = await import('age-encryption')
  let damaged: Recipient | undefined
  for (const key of keys) {
    const own = await identityToRecipient(key.reveal()).catch(() => damagedKey())
    const recipient = candidates.find(({ id }) => id === own)
    if (!recipient) continue
    try {
      const decrypter = new Decrypter()
      decrypter.addIdentity(key.reveal())
      return await decrypter.decrypt(armor.decode(recipient.encrypted))
    } catch {
      // The library's errors have no type; the problem is thrown below.
      damaged ??= recipient
    }
  }
  if (damaged) throw new SopsProblem(`the data key for ${damaged.name} is damaged`)
  return undefined
}

function damagedKey(): never {
  throw new SopsProblem('a key of the age key file is damaged: its checksum is wrong')
}
