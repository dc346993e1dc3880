import { createPublicKey, type KeyObject } from 'node:crypto'
import { sourceFault } from '../source-fault.ts'

const BLOCK = /-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g
const LEAST_RSA_BITS = 2048

/**
 * The public keys of a file in PEM: ECDSA, Ed25519, or RSA of at least 2048 bits.
 * @throws FaultError provenance-keys if it has none, or one of another kind
 */
export function pemKeys(bytes: Uint8Array, file: string): readonly KeyObject[] {
  const blocks = new TextDecoder().decode(bytes).match(BLOCK) ?? []
  if (blocks.length === 0) throw sourceFault('provenance-keys', `${file} has no public key in PEM`)
  return blocks.map((block) => readKey(block, file))
}

function readKey(pem: string, file: string): KeyObject {
  const key = parse(pem, file)
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const isStrong = type === 'ec' || type === 'ed25519'
  if (!isStrong && !(type === 'rsa' && (details?.modulusLength ?? 0) >= LEAST_RSA_BITS))
    throw sourceFault(
      'provenance-keys',
      `${file} has a key that is none of ECDSA, Ed25519 and RSA of at least ${LEAST_RSA_BITS} bits`,
    )
  return key
}

function parse(pem: string, file: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (error) {
    throw sourceFault('provenance-keys', `${file} has a damaged public key`, error)
  }
}
