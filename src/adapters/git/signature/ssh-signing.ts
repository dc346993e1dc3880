import { createPrivateKey, sign } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import { BadSigningKey } from './signing-key.ts'
import { type SignedParts, signedData, toSshArmor } from './ssh-armor.ts'
import { sshPublicKey } from './ssh-public-key.ts'
import { Malformed, wireString } from './ssh-wire.ts'

const PARTS: SignedParts = { namespace: 'git', reserved: Buffer.of(), digest: 'sha512' }

/** Signs by an SSH private key, as `ssh-keygen -Y sign -n git` does. @throws BadSigningKey */
export async function sshSigning(
  payload: Uint8Array,
  key: Uint8Array,
  passphrase: string | undefined,
): Promise<string> {
  const parsed = await parse(key, passphrase)
  const publicKey = parsed.getPublicSSH()
  const value = signatureOf(signedData(PARTS, payload), parsed, publicKey)
  return toSshArmor({ ...PARTS, publicKey, value })
}

async function parse(key: Uint8Array, passphrase: string | undefined): Promise<ParsedKey> {
  const { default: ssh2 } = await import('ssh2')
  // Undefined, which the types leave out, of a file in OpenSSH's format that has no key.
  const parsed: ParsedKey | Error | undefined = ssh2.utils.parseKey(Buffer.from(key), passphrase)
  if (parsed instanceof Error) throw new BadSigningKey(`cannot be used: ${parsed.message}`, { cause: parsed })
  if (!parsed?.isPrivateKey()) throw new BadSigningKey('has no SSH private key')
  return parsed
}

function signatureOf(signed: Buffer, parsed: ParsedKey, blob: Buffer): Buffer {
  try {
    return signatureBy(signed, parsed, blob)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!code.startsWith('ERR_OSSL')) throw error
    throw new BadSigningKey('cannot sign: it is damaged', { cause: error })
  }
}

function signatureBy(signed: Buffer, parsed: ParsedKey, blob: Buffer): Buffer {
  const { type, hash: digest } = publicKeyOf(blob)
  const key = createPrivateKey(parsed.getPrivatePEM())
  if (type === 'ssh-rsa') return pair('rsa-sha2-512', sign('sha512', signed, key))
  if (digest === undefined) return pair(type, sign(null, signed, key))
  const both = sign(digest, signed, { key, dsaEncoding: 'ieee-p1363' })
  const half = both.length / 2
  return pair(type, Buffer.concat([both.subarray(0, half), both.subarray(half)].map(wireInteger)))
}

function publicKeyOf(blob: Buffer) {
  try {
    return sshPublicKey(blob)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new BadSigningKey(`cannot be used: ${error.message}`, { cause: error })
  }
}

function pair(algorithm: string, value: Buffer): Buffer {
  return Buffer.concat([wireString(algorithm), wireString(value)])
}

/** A positive mpint of RFC 4251. */
function wireInteger(bytes: Buffer): Buffer {
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return wireString((short[0] ?? 0) < 0x80 ? short : Buffer.concat([Buffer.of(0), short]))
}
