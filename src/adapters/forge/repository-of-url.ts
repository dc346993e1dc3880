import { percentDecoded } from '../../model/percent-decoded.ts'

/** A repository of a forge, as its URL names it. */
export interface ForgeRepository {
  /** Where people and programs reach the forge, without a path: `https://git.example:3000`. */
  readonly origin: string
  /** Names between slashes, not encoded: base path of the forge, if any, then owner or groups, then the name. */
  readonly path: readonly string[]
}

/** `git@host:path`, as scp names a file; a Windows drive is none. */
const SCP_LIKE = /^(?:[^@/\s]+@)?(?<host>\[[^\]]+\]|[^:/\s]{2,}):(?!\/\/)(?<path>.+)$/

/**
 * Reads the URL of a repository: http, https, ssh and `git@host:path`. An SSH URL says nothing of the web server's
 * port: the default one of HTTPS is assumed.
 * @returns undefined where it has no owner and name
 */
export function repositoryOfUrl(text: string): ForgeRepository | undefined {
  const scp = SCP_LIKE.exec(text)?.groups
  if (scp !== undefined) return withPath(`https://${scp.host}`, scp.path ?? '')
  const url = URL.parse(text)
  if (!url || url.host === '') return undefined
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return withPath(url.origin, url.pathname)
    case 'ssh:':
    case 'git+ssh:':
      return withPath(`https://${url.hostname}`, url.pathname)
    default:
      return undefined
  }
}

function withPath(origin: string, text: string): ForgeRepository | undefined {
  const plain = text.replace(/\/+$/, '').replace(/\.git$/, '')
  const path = plain
    .split('/')
    .filter((name) => name !== '')
    .map(percentDecoded)
  const isSafe = path.every((name) => name !== undefined && !/^\.{1,2}$|[/\\?#]/.test(name))
  if (!isSafe || path.length < 2 || URL.parse(origin) === null) return undefined
  return { origin, path: path.filter((name) => name !== undefined) }
}
