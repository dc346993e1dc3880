import { hash } from 'node:crypto'
import { Malformed, readWire, wireString } from './ssh-wire.ts'

const BEGIN = '-----BEGIN SSH SIGNATURE-----'
const END = '-----END SSH SIGNATURE-----'
const LINE = /.{1,70}/g
const MAGIC = 'SSHSIG'
const VERSION = Buffer.of(0, 0, 0, 1)

/** What a signature says of what was signed. */
export interface SignedParts {
  readonly namespace: string
  readonly reserved: Buffer
  /** The hash of the payload. */
  readonly digest: 'sha256' | 'sha512'
}

/** A signature of ssh-keygen (PROTOCOL.sshsig of OpenSSH). */
export interface ArmoredSignature extends SignedParts {
  /** The public key as a blob. */
  readonly publicKey: Buffer
  /** As the algorithm of the key has it. */
  readonly value: Buffer
}

export function isSshArmor(armor: string): boolean {
  return armor.startsWith(BEGIN)
}

/** What is signed in place of a payload. */
export function signedData(parts: SignedParts, payload: Uint8Array): Buffer {
  const digest = hash(parts.digest, payload, 'buffer')
  return Buffer.concat([Buffer.from(MAGIC), ...stringsOf(parts), wireString(digest)])
}

export function toSshArmor({ publicKey, value, ...parts }: ArmoredSignature): string {
  const strings = [wireString(publicKey), ...stringsOf(parts), wireString(value)]
  const text = Buffer.concat([Buffer.from(MAGIC), VERSION, ...strings]).toString('base64')
  return [BEGIN, ...(text.match(LINE) ?? []), END, ''].join('\n')
}

/** @throws Malformed */
export function fromSshArmor(armor: string): ArmoredSignature {
  const wire = readWire(unarmored(armor))
  for (const letter of MAGIC) if (wire.byte() !== letter.charCodeAt(0)) throw new Malformed('it is none')
  if (wire.uint32() !== VERSION.readUInt32BE()) throw new Malformed('a version that is not known')
  const publicKey = wire.string()
  const [namespace, reserved, digest] = [wire.text(), wire.string(), wire.text()]
  if (digest !== 'sha256' && digest !== 'sha512')
    throw new Malformed(`the hash ${JSON.stringify(digest.slice(0, 64))} is not accepted`)
  const value = wire.string()
  wire.end()
  return { publicKey, namespace, reserved, digest, value }
}

/** One signature in canonical base64, and nothing else: no two texts are the same signature. */
function unarmored(armor: string): Buffer {
  const lines = armor.replace(/\n$/, '').split('\n')
  if (lines.at(0) !== BEGIN || lines.at(-1) !== END) throw new Malformed('its armor is damaged')
  const text = lines.slice(1, -1).join('')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Malformed('its armor is damaged')
  return bytes
}

function stringsOf({ namespace, reserved, digest }: SignedParts): readonly Buffer[] {
  return [namespace, reserved, digest].map(wireString)
}
