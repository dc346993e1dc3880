import type { Commit } from '../../../model/snapshot.ts'
import { fingerprint } from '../../ssh/fingerprint.ts'
import { matchesPatternList } from '../../ssh/pattern-list.ts'
import { parseCommit } from '../commit.ts'
import { DamagedStore } from '../damaged-store.ts'
import { principalsAt } from './allowed-signers.ts'
import { isOpenPgpArmor, openPgpSigner } from './openpgp-signature.ts'
import { SignatureProblem } from './signature-problem.ts'
import type { SignerKeys } from './signer-keys.ts'
import { splitCommit } from './split-commit.ts'
import { isSshArmor } from './ssh-armor.ts'
import { sshSigner } from './ssh-signature.ts'

/** Maximum size of a signature, in characters; those of large keys have a few thousand. */
const MOST_ARMOR = 64 << 10

export interface SignatureRule {
  readonly keys: SignerKeys
  /** Patterns of names of which one of the signer's has to fit; absent: every listed key counts. */
  readonly principals?: readonly string[] | undefined
}

/** Who signed a commit. */
export interface Signer {
  /** The names and addresses that the key is listed for. */
  readonly principals: readonly string[]
}

/**
 * Checks that a commit, as its raw object, is signed by a key that counts at the committer's time.
 * @throws SignatureProblem
 */
export async function checkSignature(
  oid: string,
  bytes: Uint8Array,
  { keys, principals }: SignatureRule,
): Promise<Signer> {
  const { payload, signatures } = splitCommit(bytes)
  const [armor, ...more] = signatures
  const { committer, time } = readCommit(oid, bytes)
  if (armor === undefined) throw new SignatureProblem('unsigned-commit', '')
  if (more.length > 0) throw new SignatureProblem('bad-signature', 'it has more than one signature')
  if (armor.length > MOST_ARMOR) throw new SignatureProblem('bad-signature', 'its signature is too large')
  const found = await signerOf(armor, payload, { keys, time, email: emailOf(committer) })
  const isAllowed = principals === undefined || isOneOf(found, principals)
  if (!isAllowed)
    throw new SignatureProblem('unknown-signer', `${found.join(', ')} is none of ${principals.join(', ')}`)
  return { principals: found }
}

function readCommit(oid: string, bytes: Uint8Array): Commit {
  try {
    return parseCommit(oid, bytes).commit
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error
    throw new SignatureProblem('bad-signature', 'it is no commit that Git makes', { cause: error })
  }
}

async function signerOf(
  armor: string,
  payload: Uint8Array,
  { keys, time, email }: { readonly keys: SignerKeys; readonly time: number; readonly email: string },
): Promise<readonly string[]> {
  if (isOpenPgpArmor(armor)) {
    const signer = await openPgpSigner(armor, payload, { keys: keys.openPgp, time })
    return [...signer.emails, signer.fingerprint]
  }
  if (!isSshArmor(armor))
    throw new SignatureProblem('unsupported-signature', 'it is neither one of OpenPGP nor one of SSH')
  const key = sshSigner(armor, payload)
  const name = `SSH key ${fingerprint(Buffer.from(key, 'base64'))}`
  const listed = keys.ssh.filter((signer) => signer.key === key)
  if (listed.length === 0) throw new SignatureProblem('unknown-signer', `${name} is not listed`)
  const names = new Set(listed.flatMap((signer) => principalsAt(signer, time, email)))
  if (names.size > 0) return [...names]
  throw new SignatureProblem(
    'bad-signature',
    `${name} is not listed for commits of ${email} at ${new Date(time * 1000).toISOString()}`,
  )
}

/** One of the names fits, and none is excluded. */
function isOneOf(names: readonly string[], patterns: readonly string[]): boolean {
  const excluding = patterns.filter((pattern) => pattern.startsWith('!'))
  return (
    names.some((name) => matchesPatternList(name, patterns)) &&
    names.every((name) => matchesPatternList(name, ['*', ...excluding]))
  )
}

function emailOf(committer: string): string {
  return /<([^<>]*)>$/.exec(committer)?.[1] ?? ''
}
