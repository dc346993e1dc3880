import { createHash } from 'node:crypto'
import type { Kinds } from '../../model/schema.ts'
import { rolloutGroups } from '../../stages/declare/rollout-groups.ts'
import type { TouchedInstallation } from '../../stages/review/touched-installation.ts'
import type { FleetState } from './target-state.ts'

/** What a plan comes from, but for the cluster: where both are the same, planning again gives the same. */
export interface PlanBasis {
  readonly digest: string
  readonly kinds: Kinds
}

/** @param touched names, sorted @param kinds what the API server serves once the change is merged */
export function planBasis(
  touched: readonly string[],
  { before, after }: { readonly before: FleetState; readonly after: FleetState },
  kinds: Kinds,
): PlanBasis {
  const digest = createHash('sha256')
  const sizes = [before, after].map(({ fleet }) => fleet.installations.size)
  digest.update(JSON.stringify(sizes))
  for (const { fleet } of [before, after])
    digest.update(JSON.stringify([...rolloutGroups(fleet.tree.groups)]))
  for (const name of touched)
    digest.update(JSON.stringify([name, inputsOf(name, before), inputsOf(name, after)]))
  return { digest: digest.digest('base64url'), kinds }
}

export function isSameBasis(one: PlanBasis | undefined, other: PlanBasis): boolean {
  return one?.digest === other.digest && one.kinds === other.kinds
}

/**
 * Whether plans come from their own installations alone: all of the fleet decides whether a deletion waits, and objects
 * of others what is blocked.
 */
export function isOnItsOwn(touched: readonly TouchedInstallation[]): boolean {
  return touched.every(
    ({ changes, refused }) =>
      refused.length === 0 &&
      changes.every(({ after, plan }) => after !== undefined && plan.action !== 'blocked'),
  )
}

/** What is declared, what is wrong with it, and who else claims the same objects. */
function inputsOf(name: string, { heads, declared }: FleetState): unknown {
  const head = heads.get(name)
  if (head === undefined) return null
  const shared = (declared.members.get(name)?.claims ?? []).flatMap((id) => {
    const claimants = declared.claims.get(id) ?? []
    return claimants.length === 1 ? [] : [[id, claimants]]
  })
  return [head.source, head.faults, shared]
}
