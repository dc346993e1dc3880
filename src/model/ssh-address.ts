import ipaddr from 'ipaddr.js'
import { percentDecoded } from './percent-decoded.ts'

/** Where a Git repository is on an SSH server. */
export interface SshAddress {
  readonly user: string
  /** A name or an IP address in lower case, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** As git-upload-pack is told: from the root, or relative to the user's home directory. */
  readonly path: string
}

/** The address, or its problem in words that follow the name of an option. */
export type ReadSshAddress = { readonly address: SshAddress } | { readonly problem: string }

const DEFAULT_PORT = 22
const LONGEST = 4_096
/** git-clone(1): `[user@]host:path`, unless there is a slash before the first colon. */
const SHORT = /^(?:([^/:]*)@)?(\[[^\]]*\]|[^/:[\]]*):(.*)$/s
const USER = /^[a-z0-9_][a-z0-9_.+@~$-]*$/i
const NAME = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?$/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: such characters are refused
const CONTROL = /[\x00-\x1f\x7f-\x9f]/

/** Reads `ssh://user@host:port/path` or `user@host:path`; undefined for an address of another kind. */
export function readSshAddress(text: string): ReadSshAddress | undefined {
  const isUrl = /^\s*(?:ssh|git\+ssh|ssh\+git):/i.test(text)
  const short = isUrl || /^[^:]*:\/\//.test(text) ? null : SHORT.exec(text)
  if (!isUrl && !short) return undefined
  if (CONTROL.test(text)) return { problem: 'contains control characters' }
  if (text.length > LONGEST) return { problem: `has more than ${LONGEST} characters` }
  if (!short) return readUrl(text)
  const [, user = '', host = '', path = ''] = short
  return check({ user, host, port: DEFAULT_PORT, path })
}

/** Whether it is an address of SSH, right or wrong. */
export function isSshAddress(text: string): boolean {
  return readSshAddress(text) !== undefined
}

function readUrl(text: string): ReadSshAddress {
  const parts = /^ssh:\/\/(?:([^/@]*)@)?(\[[^\]/]*\]|[^/:@]*)(?::([^/]*))?(\/.*)$/i.exec(text)
  const user = percentDecoded(parts?.[1] ?? '')
  const path = percentDecoded(parts?.[4] ?? '')
  if (!parts || user === undefined || path === undefined) {
    return { problem: 'is not an SSH URL such as ssh://git@git.example.com:22/team/fleet.git' }
  }
  if (/[?#]/.test(text)) {
    return { problem: 'has a part after "?" or "#", which the URL of a Git remote cannot have' }
  }
  const port = parts[3] === undefined || parts[3] === '' ? DEFAULT_PORT : Number(parts[3])
  // As git does: the path from the home directory follows a slash.
  return check({ user, host: parts[2] ?? '', port, path: path.replace(/^\/~/, '~') })
}

function check({ user, host, port, path }: SshAddress): ReadSshAddress {
  if (user.includes(':')) {
    return { problem: 'contains a password, which SSH remotes do not take: give --ssh-key-file' }
  }
  if (user === '')
    return { problem: 'names no user: SSH remotes mostly have the user git, as in git@host:path' }
  const plain = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (!USER.test(user)) return { problem: 'has a user name that SSH servers do not have' }
  if (!NAME.test(plain) && !ipaddr.IPv6.isValid(plain)) {
    return { problem: 'has a host that is neither a name nor an IP address' }
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return { problem: 'has a port that is not a number from 1 to 65535' }
  }
  if (path === '' || path === '/') return { problem: 'names no repository after the host' }
  if (path.startsWith('-')) return { problem: 'has a path that begins with "-", as an option does' }
  if (CONTROL.test(path)) return { problem: 'contains control characters' }
  return { address: { user, host: plain, port, path } }
}
