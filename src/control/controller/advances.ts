import { isDeepStrictEqual } from 'node:util'
import type { Fault } from '../../model/fault.ts'
import { isOperation } from '../../model/labels.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { type DesiredState, desiredStateWith } from '../fleet/desired-state.ts'
import type { Member, Target } from '../fleet/member.ts'
import type { CheckAdvance } from '../planner/check-advance.ts'
import type { Planner } from '../planner/planner.ts'
import type { Work } from '../planner/work.ts'
import type { DeclaredFleet } from './declared-fleet.ts'

export interface AdvancesOptions {
  readonly fleet: DeclaredFleet
  readonly planner: Planner
  readonly check: CheckAdvance
  /** Why it may not move as nobody reviewed that. */
  readonly unreviewed: (member: Member, candidate: Member, head: string) => Promise<readonly Fault[]>
  /** Why its hooks keep it from moving, once nothing else does. */
  readonly beforeMove: (member: Member, candidate: Member, isWriting: boolean) => readonly Fault[]
  /** What of an installation is there before its first hooks run; undefined where it was once as declared. */
  readonly preparationOf: (candidate: Member) => Target | undefined
  /** Called when an installation is held, or is held for other reasons than before. */
  readonly onHeld: (name: string, faults: readonly Fault[]) => void
}

/** Desired state that an installation is brought to. */
export interface Decision {
  readonly declared: DesiredState
  /** Plans of the whole installation, if they were already made. */
  readonly plans?: readonly ObjectPlan[]
}

/**
 * Decides for each installation, before the first write, whether it may move to the head. It moves as a whole
 * or not at all, as far as the checks can tell. A refused installation stays at its last good revision, is
 * healed there, and is checked again in each round of scope `all`.
 */
export class Advances {
  readonly #options: AdvancesOptions

  constructor(options: AdvancesOptions) {
    this.#options = options
  }

  async decide(work: Work): Promise<Decision> {
    const { fleet } = this.#options
    for (;;) {
      const { declared } = fleet
      const member = declared.members.get(work.name)
      const isDecided = member === undefined || fleet.isProven(member)
      if (isDecided || (member.refused.length > 0 && work.scope !== 'all')) return { declared }
      const decision = await this.#decideAbout(member, work)
      if (decision) return decision
    }
  }

  /** Undefined if the fleet moved meanwhile. */
  async #decideAbout(member: Member, work: Work): Promise<Decision | undefined> {
    const { fleet, planner, check, unreviewed, beforeMove, preparationOf, onHeld } = this.#options
    const candidate = member.refused.length > 0 ? fleet.atHead(member) : member
    const declared = candidate === member ? fleet.declared : desiredStateWith(fleet.declared, candidate)
    const plans = await planner.plan({ ...work, scope: 'all' }, declared)
    const advancing = plans.filter((plan) => !planner.isDrift(plan))
    const refused = await check(candidate, advancing, declared)
    const objections = refused.length > 0 ? refused : await unreviewed(member, candidate, work.head)
    const isWriting = advancing.some(isOfWhatRuns)
    const hooks = objections.length > 0 ? [] : beforeMove(member, candidate, isWriting)
    const faults = [...objections, ...hooks]
    if (faults.length === 0) {
      if (!(await fleet.advance(member, candidate))) return undefined
      return work.scope === 'all' ? { declared: fleet.declared, plans } : { declared: fleet.declared }
    }
    if (!isDeepStrictEqual(faults, member.refused)) {
      const preparation = hooks.length > 0 ? preparationOf(candidate) : undefined
      if (!(await fleet.hold(member, faults, preparation))) return undefined
      onHeld(work.name, faults)
    }
    return { declared: fleet.declared }
  }
}

/** Whether it changes more than what is to be run for the installation: a restore is to have no backup before it. */
function isOfWhatRuns({ action, key }: ObjectPlan): boolean {
  return action !== 'unchanged' && action !== 'blocked' && !isOperation(key)
}
