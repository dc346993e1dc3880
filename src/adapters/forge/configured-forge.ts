import type { Settings } from '../../model/settings.ts'
import { trustOf } from '../../support/exchange/trust.ts'
import type { Forge } from './forge.ts'
import { openForge } from './open-forge.ts'

/** The forge of a Repository; undefined where none is configured. */
export async function configuredForge({ forge, repo, gitCaFile }: Settings): Promise<Forge | undefined> {
  if (forge === undefined) return undefined
  const { kind, url, ...credentials } = forge
  return openForge({ kind, url, repository: repo, credentials, trust: trustOf(gitCaFile) })
}
