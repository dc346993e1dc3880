import { hash, verify } from 'node:crypto'
import { SignatureProblem } from './signature-problem.ts'
import { fromSshArmor, signedData } from './ssh-armor.ts'
import { isCertificateType, type SshPublicKey, sshPublicKey } from './ssh-public-key.ts'
import { Malformed, readWire } from './ssh-wire.ts'

const NAMESPACE = 'git'
/** Of the flags of a security key: somebody touched it. */
const USER_PRESENT = 1

/** What the check of a signature takes. */
interface SshSignature {
  /** The public key as text in base64, as files of keys have it. */
  readonly key: string
  readonly publicKey: SshPublicKey
  /** What was signed in place of the payload. */
  readonly signed: Buffer
  readonly algorithm: string
  readonly value: Buffer
  /** What a security key adds to it; empty for other keys. */
  readonly more: Buffer
}

/**
 * Checks that a signature of ssh-keygen is over this payload.
 * @returns the key that made it, in base64: whether that one counts is another question
 * @throws SignatureProblem bad-signature, unsupported-signature
 */
export function sshSigner(armor: string, payload: Uint8Array): string {
  try {
    const signature = parse(armor, payload)
    if (!holds(signature)) throw new Malformed('it is not over this commit')
    return signature.key
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new SignatureProblem('bad-signature', `the SSH signature: ${error.message}`, { cause: error })
  }
}

function parse(armor: string, payload: Uint8Array): SshSignature {
  const { publicKey: blob, value: signature, ...parts } = fromSshArmor(armor)
  refuseCertificate(blob)
  const { namespace } = parts
  if (namespace !== NAMESPACE)
    throw new Malformed(
      `it is for the namespace ${JSON.stringify(namespace.slice(0, 64))}, not for "${NAMESPACE}"`,
    )
  const inner = readWire(signature)
  const [algorithm, value] = [inner.text(), inner.string()]
  const publicKey = sshPublicKey(blob)
  const more = publicKey.application
    ? Buffer.concat([Buffer.of(inner.byte()), counter(inner.uint32())])
    : Buffer.of()
  inner.end()
  const signed = signedData(parts, payload)
  return { key: blob.toString('base64'), publicKey, signed, algorithm, value, more }
}

function refuseCertificate(blob: Buffer): void {
  if (isCertificateType(readWire(blob).text()))
    throw new SignatureProblem(
      'unsupported-signature',
      'it is by an SSH certificate, which Reeve does not verify: sign by a key that is listed itself',
    )
}

function holds({ publicKey, algorithm, signed, value, more }: SshSignature): boolean {
  const { type, key, hash: digest, application } = publicKey
  if (type === 'ssh-rsa') return isBy(rsaHash(algorithm), signed, key, value)
  if (algorithm !== type) throw new Malformed('its algorithm is not that of its key')
  if (application !== undefined && (more[0] ?? 0) % 2 !== USER_PRESENT)
    throw new Malformed('nobody touched the security key')
  const data =
    application === undefined
      ? signed
      : Buffer.concat([hash('sha256', application, 'buffer'), more, hash('sha256', signed, 'buffer')])
  if (digest === undefined) return value.length === 64 && isBy(null, data, key, value)
  return isBy(digest, data, key, fixedSize(value, digest))
}

function isBy(digest: string | null, data: Buffer, key: SshPublicKey['key'], value: Buffer): boolean {
  return verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, value)
}

function rsaHash(algorithm: string): string {
  if (algorithm === 'rsa-sha2-256') return 'sha256'
  if (algorithm === 'rsa-sha2-512') return 'sha512'
  throw new Malformed(`the algorithm ${JSON.stringify(algorithm.slice(0, 64))} is not accepted`)
}

/** The two numbers of an ECDSA signature, each filled to the size of the curve. */
function fixedSize(value: Buffer, digest: NonNullable<SshPublicKey['hash']>): Buffer {
  const size = { sha256: 32, sha384: 48, sha512: 66 }[digest]
  const wire = readWire(value)
  const numbers = [wire.integer(), wire.integer()]
  wire.end()
  if (numbers.some(({ length }) => length > size)) throw new Malformed('a number in it is too large')
  return Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]))
}

function counter(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
