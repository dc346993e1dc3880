import { isListed } from '../../model/source-rules.ts'
import type { ReadCredentials } from '../git/credentials.ts'
import type { GitRemote } from '../git/remote.ts'

/**
 * The credentials of `own` for its own URL, and for repositories of its origin (RFC 6454) that the administrator
 * names; none for any other.
 * @param vouched prefixes of repositories
 */
export function credentialsFor(
  own: GitRemote | undefined,
  vouched: readonly string[],
): (text: string) => ReadCredentials | undefined {
  const home = own && URL.parse(own.url)
  return (text) => {
    const url = URL.parse(text)
    if (!home || !url || url.origin !== home.origin) return undefined
    const isOwn = repositoryPath(url) === repositoryPath(home)
    return isOwn || isListed(url, vouched) ? own?.credentials : undefined
  }
}

function repositoryPath({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '').replace(/\.git$/, '')
}
