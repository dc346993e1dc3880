import type { Fault } from '../../model/fault.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Member } from '../fleet/member.ts'
import type { ReviewedPlans } from '../reviewed/reviewed-plans.ts'
import type { DeclaredFleet } from './declared-fleet.ts'

export interface ReviewedMovesOptions {
  readonly fleet: DeclaredFleet
  readonly plans: ReviewedPlans
  readonly view: ClusterView
}

/** Installations that follow a commit only as a merged change was reviewed: what they have, and what they would get. */
export class ReviewedMoves {
  readonly #options: ReviewedMovesOptions

  constructor(options: ReviewedMovesOptions) {
    this.#options = options
  }

  /** Why an installation may not move to the head; the setting of what is applied counts like that of the head. */
  async refusals(member: Member, candidate: Member, head: string): Promise<readonly Fault[]> {
    const { fleet, plans } = this.#options
    const { name, id, attempted: to } = candidate
    if (fleet.isBootstrapped(to)) return []
    const target = await fleet.appliedTarget(member)
    const from = target && (target.whole ?? target.installation)
    const isRequired = [from, to].some((each) => each && plans.isRequired(each)) || this.#takes(candidate)
    if (!isRequired) return []
    const isThere = from === undefined && fleet.hasObjects(id)
    const since = target?.revision.own
    const parts = fleet.partsOf(candidate, target?.revision)
    return plans.check({ name, from: isThere ? 'unknown' : from, since, to, parts, head })
  }

  /** Why nothing of an installation that Git no longer declares is deleted; undefined where it may be. */
  async removalRefusal(name: string, id: string, head: string): Promise<Fault | undefined> {
    const { fleet, plans } = this.#options
    const target = await fleet.removedTarget(name, id)
    if (target === 'allowed') return undefined
    const from = target && (target.whole ?? target.installation)
    if (!plans.isRequired(from)) return undefined
    const move = { name, from: from ?? 'unknown', since: target?.revision.own, to: undefined, head } as const
    const [found] = await plans.check(move)
    if (found === undefined) fleet.allowRemoval(name)
    return found
  }

  /** Whether it would take an object from an installation that moves only as reviewed. */
  #takes({ id, objects }: Member): boolean {
    const { fleet, plans, view } = this.#options
    return [...objects.keys()].some((object) => {
      const owner = view.cache.get(object)?.metadata.labels?.[INSTALLATION_LABEL] ?? ''
      const installation = owner === '' || owner === id ? undefined : fleet.knownInstallation(owner)
      return installation !== undefined && plans.isRequired(installation)
    })
  }
}
