import type { ReadCredentials } from '../git/credentials.ts'
import type { GitRemote } from '../git/remote.ts'

/** The credentials of `own` for URLs of the same origin (RFC 6454); none for any other. */
export function credentialsFor(own: GitRemote | undefined): (url: string) => ReadCredentials | undefined {
  const origin = own && URL.parse(own.url)?.origin
  return (url) => (origin !== undefined && URL.parse(url)?.origin === origin ? own?.credentials : undefined)
}
