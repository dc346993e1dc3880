import { readFile } from 'node:fs/promises'
import type { Secret } from '../../model/secret.ts'
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
    if (tokenFile !== undefined) return checked(await readSecretFile(tokenFile), tokenFile)
    if (token) return checked(token.reveal(), 'the token')
    throw forgeFault('forge-unauthorized', 'no credentials are configured')
  }
}

/** The content of a file, without the line end after it. */
export async function readSecretFile(file: string): Promise<string> {
  const secret = await readFile(file, 'utf8').catch((cause) => {
    throw forgeFault('forge-unauthorized', `${file} cannot be read (${cause.code})`, { cause })
  })
  const trimmed = secret.replace(/[\r\n]+$/, '')
  if (trimmed === '') throw forgeFault('forge-unauthorized', `${file} is empty`)
  return trimmed
}

/** A header takes no other characters, and its error would quote them. */
function checked(token: string, source: string): string {
  if (/^[!-~]+$/.test(token)) return token
  throw forgeFault('forge-unauthorized', `${source} has characters that no token has`)
}
