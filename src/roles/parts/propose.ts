import type { Fleet } from '../../control/fleet/fleet.ts'
import { lockBranch } from '../../control/propose/lock-branch.ts'
import { proposeLock } from '../../control/propose/propose-lock.ts'
import { VersionProposer } from '../../control/propose/version-proposer.ts'
import type { Part } from '../part.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  { git, fleet, lease }: Pick<Parts, 'git' | 'fleet' | 'lease'>,
  { settings, signal }: StartContext,
): Promise<Part> {
  const { proposeEveryMs: everyMs } = settings
  if (everyMs === undefined) return {}
  const { declarer, renderers } = fleet
  const { repository, sources } = git
  const propose = (declared: Fleet) => proposeLock(declared, { repository, sources, settings, signal })
  const proposer = new VersionProposer({ everyMs, propose, log: lease.log })
  renderers.lockBranch = lockBranch(settings)
  declarer.onFleet((declared) => proposer.take(declared))
  return proposer
}
