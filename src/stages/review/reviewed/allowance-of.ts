import type { Installation } from '../../../model/installation.ts'
import type { Allowance, ReviewCommits, Transition } from '../cluster-review.ts'
import type { TouchedInstallation } from '../touched-installation.ts'
import { ABSENT, declaredState } from './declared-state.ts'
import { plannedStatement, stateStatement } from './statements.ts'

export interface AllowanceInput {
  /** Name of the Repository. */
  readonly repository: string
  readonly cluster: string
  /** Name of the change. */
  readonly change: string
  readonly commits: ReviewCommits
  readonly touched: readonly TouchedInstallation[]
  readonly digest: (text: string) => string
}

/** What a change lets happen once it is merged. */
export function allowanceOf({
  repository,
  cluster,
  change,
  commits,
  touched,
  digest,
}: AllowanceInput): Allowance {
  const stateOf = (installation: Installation | undefined) =>
    installation ? digest(stateStatement(repository, declaredState(installation))) : ABSENT
  const transitions = touched.flatMap((one) => transitionsOf(one, stateOf))
  const { head } = commits
  return {
    transitions,
    seal: digest(plannedStatement({ repository, cluster, change, head, transitions })),
  }
}

/**
 * From what the target's head declares, and from what is applied where that is held, or where a rollout has not
 * brought it there yet. Nothing of a declaration with
 * faults is ever applied, so that none leads there.
 */
function transitionsOf(
  { name, before, held, behind, after }: TouchedInstallation,
  stateOf: (installation: Installation | undefined) => string,
): readonly Transition[] {
  if (after && after.faults.length > 0) return []
  const to = stateOf(after)
  const origins = before && before.faults.length > 0 ? [] : [stateOf(before)]
  for (const applied of [held, behind]) if (applied) origins.push(stateOf(applied))
  return [...new Set(origins)].filter((from) => from !== to).map((from) => ({ name, from, to }))
}
