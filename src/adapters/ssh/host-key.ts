import type { ServerHostKeyAlgorithm } from 'ssh2'
import { FaultError, fault } from '../../model/fault.ts'
import { fingerprint } from './fingerprint.ts'
import { type HostKeys, hostName, type KnownHost, typeOf } from './known-hosts.ts'

/** Where a host's keys were looked up. */
export interface HostCheck {
  readonly host: string
  readonly port: number
  readonly keys: HostKeys
  /** The known_hosts file; undefined: there is none. */
  readonly file: string | undefined
  readonly isMissing: boolean
}

/** Without SHA-1 and DSA (RFC 8332). */
const ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]
const LONGEST_LINE = 2_000

/**
 * The algorithms of host keys, those of the known keys first and in their order: a server that has more keys presents one
 * that is known.
 */
export function hostKeyAlgorithms({ known }: HostKeys): ServerHostKeyAlgorithm[] {
  const types = known.map(({ type }) => type)
  const first = types.flatMap((type) => ALGORITHMS.filter((algorithm) => keyType(algorithm) === type))
  return [...new Set([...first, ...ALGORITHMS])]
}

/** Why the key of a server is not accepted; undefined if it is the known one. */
export function hostKeyFault(key: Buffer, check: HostCheck): FaultError | undefined {
  const { known, revoked } = check.keys
  if (has(revoked, key)) return new FaultError(fault('ssh-host-key-revoked', describe(key, check)))
  if (has(known, key)) return undefined
  const code = known.length > 0 ? 'ssh-host-key-changed' : 'ssh-host-unknown'
  return new FaultError(fault(code, details(key, check)))
}

function has(lines: readonly KnownHost[], key: Buffer): boolean {
  return lines.some((line) => line.key.equals(key))
}

function details(key: Buffer, check: HostCheck): string {
  const { known, hasAuthority } = check.keys
  const file = check.file ?? 'known_hosts'
  const line = lineFor(key, check)
  return [
    describe(key, check),
    ...known.map((each) => `known is ${fingerprint(each.key)} (${each.type})`),
    ...(hasAuthority ? [`${file} has a @cert-authority for it, but Reeve accepts no host certificates`] : []),
    where(check),
    ...(line.length > LONGEST_LINE ? [] : [`once the fingerprint is verified, add: ${line}`]),
  ].join('; ')
}

function where({ file, isMissing }: HostCheck): string {
  if (file === undefined) return 'give --ssh-known-hosts-file'
  return isMissing ? `there is no file ${file}` : `${file} has no such line`
}

function describe(key: Buffer, { host, port }: HostCheck): string {
  return `${hostName(host, port)} presents ${fingerprint(key)} (${printableType(key)})`
}

function lineFor(key: Buffer, { host, port }: HostCheck): string {
  return `${hostName(host, port)} ${printableType(key)} ${key.toString('base64')}`
}

function printableType(key: Buffer): string {
  const type = typeOf(key) ?? ''
  return /^[a-z0-9@.-]+$/.test(type) ? type : 'of an unknown type'
}

function keyType(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm
}
