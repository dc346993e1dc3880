import { FaultError, fault } from '../../model/fault.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import type { Forge } from './forge.ts'
import type { ForgeApi } from './forge-api.ts'
import { ForgeClient } from './forge-client.ts'
import { type ForgeCredentials, tokenFrom } from './forge-credentials.ts'
import type { ForgeLimits } from './forge-limits.ts'
import type { ForgeLocation } from './forge-location.ts'
import { forgeOf } from './forge-of.ts'
import { type GuessOptions, guessForge } from './guess-forge.ts'

export interface ForgeOptions extends GuessOptions {
  readonly credentials: ForgeCredentials
  readonly trust?: Trust | undefined
  readonly limits?: Partial<ForgeLimits> | undefined
}

/**
 * Opens the forge of a repository. Only its own library is loaded, and no request is sent where its kind is known.
 * @throws FaultError bad-option, bad-proxy, forge-unreachable
 */
export async function openForge(options: ForgeOptions): Promise<Forge> {
  const { credentials, trust, limits } = options
  const client = new ForgeClient({ trust, limits })
  try {
    const location = await guessForge(options, client)
    return forgeOf(await apiOf(location, credentials, client), client)
  } catch (error) {
    await client[Symbol.asyncDispose]()
    throw error
  }
}

async function apiOf(
  location: ForgeLocation,
  credentials: ForgeCredentials,
  client: ForgeClient,
): Promise<ForgeApi> {
  const { app } = credentials
  if (location.kind === 'github') {
    const { githubApi } = await import('./github.ts')
    return githubApi(location, credentials, client)
  }
  if (app) throw new FaultError(fault('bad-option', `a GitHub App for a repository of ${location.kind}`))
  const token = tokenFrom(credentials)
  if (location.kind === 'gitlab') {
    const { gitlabApi } = await import('./gitlab.ts')
    return gitlabApi(location, token, client)
  }
  const { giteaApi } = await import('./gitea.ts')
  return giteaApi(location, token, client)
}
