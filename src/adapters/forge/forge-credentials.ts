import type { Secret } from '../../model/secret.ts'
import { readSecretFile } from '../../support/files/read-secret-file.ts'
import { forgeFault } from './forge-fault.ts'

/** A GitHub App, which acts as itself. */
export interface ForgeApp {
  readonly id: string
  /** Holds its private key in PEM. */
  readonly keyFile: string
  /** Default: that of the repository. */
  readonly installation?: number | undefined
}

/** The first of: App, token file, token. */
export interface ForgeCredentials {
  readonly app?: ForgeApp | undefined
  readonly tokenFile?: string | undefined
  readonly token?: Secret | undefined
}

/** Called before each request, so that a rotated token applies at once. */
export type ReadToken = () => Promise<string>

/** @throws FaultError forge-unauthorized (when used) if there is no token, or its file cannot be read or is empty */
export function tokenFrom({ tokenFile, token }: ForgeCredentials): ReadToken {
  return async () => {
    if (tokenFile !== undefined) return checked(await readCredentialFile(tokenFile), tokenFile)
    if (token) return checked(token.reveal(), 'the token')
    throw forgeFault('forge-unauthorized', 'no credentials are configured')
  }
}

/** The content of a file, without the line end after it. @throws FaultError forge-unauthorized */
export function readCredentialFile(file: string): Promise<string> {
  return readSecretFile(file, {
    unusable: (problem, cause) => forgeFault('forge-unauthorized', problem, { cause }),
  })
}

/** A header takes no other characters, and its error would quote them. */
function checked(token: string, source: string): string {
  if (/^[!-~]+$/.test(token)) return token
  throw forgeFault('forge-unauthorized', `${source} has characters that no token has`)
}
