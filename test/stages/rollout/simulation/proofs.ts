import { amountOf } from '../../../../src/model/rollout.ts'
import type { GroupView, MemberView, RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'
import type { SimulatedCluster, SimulatedMember } from './cluster.ts'

interface Proven {
  readonly digest: string
  /** Since when nothing is against it. */
  since?: number
  /** Whether a check says no. */
  isRefused?: boolean
}

/** The simulation's own account of what groups have proven, by what it knows of their members. */
export class Proofs {
  readonly #cluster: SimulatedCluster
  readonly #current = new Map<string, Proven>()
  /** By group and digest, in ms. */
  readonly #earlier = new Map<string, number>()
  #isForgotten = false

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster
  }

  /** Notes how members are, with what their groups are at. */
  observe(view: RolloutView, aimOf: (group: string) => { commit: string; digest: string } | undefined): void {
    const byGroup = Map.groupBy(view.members.values(), ({ group }) => group)
    for (const group of view.groups.values()) {
      const aim = aimOf(group.name)
      if (aim === undefined) continue
      const proven = this.#at(group.name, aim.digest, view.now)
      const counted = (byGroup.get(group.name) ?? []).filter(
        (member) => !isStart(this.#cluster.memberAt(member.name).move) && counts(member, group, view, aim),
      )
      proven.isRefused = group.failedCheck !== undefined && group.rollout.onFailure !== 'continue'
      const known = counted.filter((member) => !this.#isUnknown(member))
      if (this.#isDisproved(known, group, proven)) this.#disprove(group.name, proven)
      else if (this.#isDisproved(counted, group, proven)) delete proven.since
      else proven.since = Math.min(proven.since ?? view.now, view.now)
    }
  }

  /** In ms; undefined where a digest is not proven. */
  provenFor(group: string, digest: string, now: number): number | undefined {
    const current = this.#current.get(group)
    const least = this.#isForgotten ? 0 : undefined
    if (current?.digest !== digest) return this.#earlier.get(`${group} ${digest}`) ?? least
    if (current.since === undefined || current.isRefused) return undefined
    return Math.max(this.#earlier.get(`${group} ${digest}`) ?? 0, now - current.since)
  }

  /** What was proven before counts no more once members that were well are so no more. */
  #disprove(group: string, proven: Proven): void {
    if (proven.since !== undefined) this.#earlier.delete(`${group} ${proven.digest}`)
    delete proven.since
  }

  /**
   * What was known is forgotten, as by a controller that lost its records. What members are at counts as proven then,
   * but for no time.
   */
  forget(): void {
    this.#isForgotten = true
    this.#current.clear()
    this.#earlier.clear()
  }

  #at(group: string, digest: string, now: number): Proven {
    const current = this.#current.get(group)
    if (current?.digest === digest) return current
    if (current) {
      const key = `${group} ${current.digest}`
      const proven = this.provenFor(group, current.digest, now)
      if (proven === undefined) this.#earlier.delete(key)
      else this.#earlier.set(key, proven)
    }
    const made = { digest }
    this.#current.set(group, made)
    return made
  }

  /** Nobody can tell how one does that is held without a move. */
  #isUnknown({ name, condition }: MemberView): boolean {
    return condition === 'held' && this.#cluster.memberAt(name).move === undefined
  }

  /** Some are elsewhere, more are ill than may be, or some still come to it for the first time. */
  #isDisproved(members: readonly MemberView[], { rollout }: GroupView, { digest, since }: Proven): boolean {
    if (members.some(({ at }) => at?.digest !== digest)) return true
    if (rollout.onFailure === 'continue') return false
    const ill = members.filter(({ name, condition }) => {
      const { move } = this.#cluster.memberAt(name)
      const isUnderWay = (condition === 'progressing' || condition === 'held') && since !== undefined
      return (
        condition !== 'healthy' && !(move?.kind === 'own' && !move.wasUnavailable) && !(move && isUnderWay)
      )
    })
    const { tolerate, failureBudget } = rollout
    return ill.length > amountOf(tolerate, members.length) + amountOf(failureBudget, members.length)
  }
}

/** Whether a member has to be well for a proof: one that the rollout moves, that came to the group and may come to it. */
function counts(
  { name, at, pinned, sleep }: MemberView,
  { name: group, rollout, record }: GroupView,
  { harm }: RolloutView,
  { commit }: { readonly commit: string },
): boolean {
  if (at?.group !== group || pinned || sleep || rollout.skip.includes(name)) return false
  if (record?.rejected.some(({ digest }) => digest === at.digest)) return false
  return harm(name, { commit, group }) === undefined
}

function isStart(move: SimulatedMember['move']): boolean {
  return move?.kind === 'new' || move?.kind === 'wake'
}
