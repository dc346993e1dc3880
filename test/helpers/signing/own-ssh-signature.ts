import { hash, type KeyObject, sign } from 'node:crypto'
import { wireString } from '../../../src/adapters/git/signature/ssh-wire.ts'

export interface OwnSignature {
  /** Blob of the public key. */
  readonly publicKey: Buffer
  readonly payload: Uint8Array
  /** The value and all that belongs to it, of what is signed. */
  readonly value: (signed: Buffer) => Buffer
  readonly namespace?: string
  readonly digest?: 'sha1' | 'sha256' | 'sha512'
}

/** A signature as PROTOCOL.sshsig says, by what no ssh-keygen without a security key can sign by. */
export function ownSshSignature({
  publicKey,
  payload,
  value,
  namespace = 'git',
  digest = 'sha512',
}: OwnSignature): string {
  const parts = [namespace, '', digest].map(wireString)
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...parts, wireString(hash(digest, payload, 'buffer'))])
  const version = Buffer.from([0, 0, 0, 1])
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    version,
    wireString(publicKey),
    ...parts,
    wireString(value(signed)),
  ])
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
}

/** What a security key with an Ed25519 key signs (PROTOCOL.u2f). */
export function securityKey(
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  flags: number,
) {
  const type = 'sk-ssh-ed25519@openssh.com'
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const more = Buffer.from([flags, 0, 0, 0, 7])
  return {
    publicKey: Buffer.concat([wireString(type), wireString(x), wireString('ssh:')]),
    value: (signed: Buffer) => {
      const data = Buffer.concat([hash('sha256', 'ssh:', 'buffer'), more, hash('sha256', signed, 'buffer')])
      return Buffer.concat([wireString(type), wireString(sign(null, data, privateKey)), more])
    },
  }
}

/** Puts a signature into a raw commit, as Git does. */
export function withSignature(raw: Buffer, armor: string): Buffer {
  const text = raw.toString('latin1')
  const end = text.indexOf('\n\n') + 1
  const header = `gpgsig ${armor.trimEnd().replaceAll('\n', '\n ')}\n`
  return Buffer.from(text.slice(0, end) + header + text.slice(end), 'latin1')
}
