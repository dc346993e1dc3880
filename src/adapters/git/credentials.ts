import { FaultError, fault } from '../../model/fault.ts'
import { readSecretFile } from '../../support/files/read-secret-file.ts'

/** User name and password for HTTP basic authentication (RFC 7617). */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Texts that no message may contain: the password, and both as they are sent. */
export function secretsOf({ username, password }: Credentials): string[] {
  return [password, basicAuthorization({ username, password })]
}

/** The second half of the header `authorization: Basic …`. */
export function basicAuthorization({ username, password }: Credentials): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

/** Called before each request, so that rotated credentials apply at once. */
export type ReadCredentials = () => Promise<Credentials | undefined>

export interface CredentialOptions {
  readonly username?: string | undefined
  readonly passwordFile?: string | undefined
  readonly tokenFile?: string | undefined
  /** The environment: REEVE_GIT_USERNAME, REEVE_GIT_PASSWORD and REEVE_GIT_TOKEN apply. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Default user name for a token, which forges accept. */
const TOKEN_USER = 'x-access-token'

/**
 * Credentials from the first of: token file, password file, token, password in the environment. Files are
 * read at each use.
 * @throws FaultError git-unauthorized (when used) if a file cannot be read or is empty
 */
export function credentialsFrom(options: CredentialOptions): ReadCredentials {
  const { env = {}, tokenFile, passwordFile } = options
  const username = options.username ?? env.REEVE_GIT_USERNAME
  return async () => {
    if (tokenFile) return { username: username ?? TOKEN_USER, password: await readSecret(tokenFile) }
    if (passwordFile) return { username: username ?? '', password: await readSecret(passwordFile) }
    if (env.REEVE_GIT_TOKEN) return { username: username ?? TOKEN_USER, password: env.REEVE_GIT_TOKEN }
    if (env.REEVE_GIT_PASSWORD) return { username: username ?? '', password: env.REEVE_GIT_PASSWORD }
    return undefined
  }
}

function readSecret(file: string): Promise<string> {
  return readSecretFile(file, { unusable })
}

function unusable(problem: string, cause?: unknown): FaultError {
  return new FaultError(fault('git-unauthorized', problem), { cause })
}
