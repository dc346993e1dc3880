import { createHmac, timingSafeEqual } from 'node:crypto'
import { matchesPatternList } from './pattern-list.ts'

/** A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  readonly marker: 'none' | 'revoked' | 'cert-authority'
  /** A comma-separated list of patterns, or one hashed name. */
  readonly hosts: string
  /** Such as ssh-ed25519. */
  readonly type: string
  readonly key: Buffer
}

/** What is known of one host. */
export interface HostKeys {
  readonly known: readonly KnownHost[]
  readonly revoked: readonly KnownHost[]
  /** Whether keys that sign certificates are known, which Reeve does not use. */
  readonly hasAuthority: boolean
}

const MARKERS = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' } as const
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const DEFAULT_PORT = 22

/** Reads known_hosts. As in ssh, lines that are none are left out. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split(/\r?\n/).flatMap((line) => parseLine(line.trim()) ?? [])
}

/** The lines for a host. @param host in lower case, IPv6 without brackets */
export function keysOf(lines: readonly KnownHost[], host: string, port: number): HostKeys {
  const name = hostName(host, port)
  const found = lines.filter(({ hosts }) => matches(hosts, name))
  const marked = (marker: KnownHost['marker']) => found.filter((line) => line.marker === marker)
  return {
    known: marked('none'),
    revoked: marked('revoked'),
    hasAuthority: marked('cert-authority').length > 0,
  }
}

/** A host as known_hosts has it: `[host]:port`, without port 22. */
export function hostName(host: string, port: number): string {
  return port === DEFAULT_PORT ? host : `[${host}]:${port}`
}

function parseLine(line: string): KnownHost | undefined {
  if (line === '' || line.startsWith('#')) return undefined
  const fields = line.split(/[ \t]+/)
  const marker = line.startsWith('@') ? readMarker(fields.shift()) : 'none'
  const [hosts, type, base64] = fields
  if (!marker || !hosts || !type || !base64 || !BASE64.test(base64)) return undefined
  const key = Buffer.from(base64, 'base64')
  return typeOf(key) === type ? { marker, hosts, type, key } : undefined
}

function readMarker(word = ''): KnownHost['marker'] | undefined {
  return Object.entries(MARKERS).find(([name]) => name === word)?.[1]
}

/** The type of a key, which it begins with (RFC 4253, 6.6). */
export function typeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined
  const length = key.readUInt32BE(0)
  return length > 64 || key.length < 4 + length ? undefined : key.toString('latin1', 4, 4 + length)
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name)
  return matchesPatternList(name, hosts.toLowerCase().split(','))
}

/** `|1|salt|HMAC-SHA1 of the name`. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|')
  if (version !== '1') return false
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  const expected = Buffer.from(hash, 'base64')
  return expected.length === found.length && timingSafeEqual(expected, found)
}
