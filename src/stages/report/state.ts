import type { Fault } from '../../model/fault.ts'
import { isLeftAlone } from '../../model/is-left-alone.ts'
import { isUnderWay } from '../../model/is-under-way.ts'
import type { Health, InstallationState, Outcome } from '../../model/status.ts'

export interface StateInput {
  /** Git still declares it. */
  readonly declared: boolean
  /** Git says to leave it as it is. */
  readonly suspended: boolean
  /** Git says that it sleeps. */
  readonly hibernated?: boolean
  /** It is kept asleep although Git no longer declares it. */
  readonly isPending?: boolean
  /** What its documents say is being applied, so that its objects tell of what was before, too. */
  readonly isUnderWay?: boolean
  /** It is not brought to what its documents say yet. */
  readonly waits?: boolean
  readonly faults: readonly Fault[]
  /** The fault that prevents work on it. */
  readonly broken?: Fault | undefined
  readonly outcomes: readonly Outcome[]
  readonly healths: readonly Health[]
}

/** The state of an installation; the worst condition wins. */
export function stateOf(input: StateInput): InstallationState {
  const { declared, suspended, faults, broken, outcomes, healths } = input
  if (faults.some((each) => !isUnderWay(each))) return 'invalid'
  if (broken !== undefined) return 'failed'
  if (suspended) return 'suspended'
  if (outcomes.some(isFailure)) return 'failed'
  if (!declared) return 'deleting'
  if (healths.some((health) => health.status === 'degraded')) return 'degraded'
  if (input.waits || faults.length > 0 || outcomes.some(({ result }) => result === 'waiting'))
    return 'waiting'
  if (input.isUnderWay || healths.some(({ status }) => status === 'progressing' || status === 'deleting'))
    return 'progressing'
  if (healths.some((health) => 'isUnfinished' in health)) return 'suspended'
  if (input.isPending) return 'deletion-pending'
  return input.hibernated ? 'hibernated' : 'healthy'
}

function isFailure(outcome: Outcome): boolean {
  return 'fault' in outcome && !isLeftAlone(outcome.fault)
}
