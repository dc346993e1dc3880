import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { Malformed, readWire, type WireReader } from './ssh-wire.ts'

export const LEAST_RSA_BITS = 2048
const MOST_RSA_BITS = 16_384

/** A public key of OpenSSH. */
export interface SshPublicKey {
  /** Its type, such as `ssh-ed25519`. */
  readonly type: string
  readonly key: KeyObject
  /** The hash of ECDSA. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
  /** Set for a key of a security key: what it signs for, such as `ssh:`. */
  readonly application?: Buffer
}

interface Curve {
  readonly name: string
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  /** Size of a coordinate, in bytes. */
  readonly bytes: number
}

const CURVES: Readonly<Record<string, Curve>> = {
  nistp256: { name: 'P-256', hash: 'sha256', bytes: 32 },
  nistp384: { name: 'P-384', hash: 'sha384', bytes: 48 },
  nistp521: { name: 'P-521', hash: 'sha512', bytes: 66 },
}

/** Whether a type of key is that of a certificate, which another key signed. */
export function isCertificateType(type: string): boolean {
  return /-cert-v\d\d@openssh\.com$/.test(type)
}

/**
 * Reads the public key of a blob (RFC 4253, section 6.6; RFC 5656; RFC 8709; PROTOCOL.u2f of OpenSSH).
 * @throws Malformed also for a type that is not accepted, and for a weak key
 */
export function sshPublicKey(blob: Buffer): SshPublicKey {
  const wire = readWire(blob)
  const key = byType(wire.text(), wire)
  wire.end()
  return key
}

function byType(type: string, wire: WireReader): SshPublicKey {
  switch (type) {
    case 'ssh-ed25519':
      return { type, key: ed25519(wire) }
    case 'sk-ssh-ed25519@openssh.com':
      return { type, key: ed25519(wire), application: wire.string() }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return { type, ...ecdsa(type.slice('ecdsa-sha2-'.length), wire) }
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { type, ...ecdsa('nistp256', wire), application: wire.string() }
    case 'ssh-rsa':
      return { type, key: rsa(wire) }
    default:
      throw new Malformed(`keys of type ${JSON.stringify(type.slice(0, 64))} are not accepted`)
  }
}

function ed25519(wire: WireReader): KeyObject {
  const x = wire.string()
  if (x.length !== 32) throw new Malformed('an Ed25519 key of a wrong size')
  return keyOf({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') })
}

function ecdsa(
  named: string,
  wire: WireReader,
): Pick<SshPublicKey, 'key'> & { readonly hash: Curve['hash'] } {
  const curve = CURVES[named]
  const [said, point] = [wire.text(), wire.string()]
  if (curve === undefined || said !== named)
    throw new Malformed('an ECDSA key of another curve than its type')
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes)
    throw new Malformed('an ECDSA key whose point is not in its uncompressed form')
  const x = point.subarray(1, 1 + curve.bytes).toString('base64url')
  const y = point.subarray(1 + curve.bytes).toString('base64url')
  return { key: keyOf({ kty: 'EC', crv: curve.name, x, y }), hash: curve.hash }
}

function rsa(wire: WireReader): KeyObject {
  const [e, n] = [wire.integer(), wire.integer()]
  const key = keyOf({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') })
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS)
    throw new Malformed(`an RSA key of ${bits} bits, where ${LEAST_RSA_BITS} are the least`)
  return key
}

function keyOf(key: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    throw new Malformed('a key that is none of its type') // an error of OpenSSL, which says no more
  }
}
