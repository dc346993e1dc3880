import { isDeepStrictEqual } from 'node:util'
import type { Fault } from '../../model/fault.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { type DesiredState, desiredStateWith } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
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
    const { fleet, planner, check, unreviewed, onHeld } = this.#options
    const candidate = member.refused.length > 0 ? fleet.atHead(member) : member
    const declared = candidate === member ? fleet.declared : desiredStateWith(fleet.declared, candidate)
    const plans = await planner.plan({ ...work, scope: 'all' }, declared)
    const advancing = plans.filter((plan) => !planner.isDrift(plan))
    const refused = await check(candidate, advancing, declared)
    const faults = refused.length > 0 ? refused : await unreviewed(member, candidate, work.head)
    if (faults.length === 0) {
      if (!(await fleet.advance(member, candidate))) return undefined
      return work.scope === 'all' ? { declared: fleet.declared, plans } : { declared: fleet.declared }
    }
    if (!isDeepStrictEqual(faults, member.refused)) {
      if (!(await fleet.hold(member, faults))) return undefined
      onHeld(work.name, faults)
    }
    return { declared: fleet.declared }
  }
}
