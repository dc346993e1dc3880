import type { Move } from '../../../../src/stages/rollout/moves.ts'
import type { MemberView } from '../../../../src/stages/rollout/rollout-view.ts'
import type { Random } from '../../../helpers/random.ts'
import type { SimulatedBranch } from './branch.ts'
import type { VirtualClock } from './clock.ts'
import { HOUR, MINUTE, SECOND } from './times.ts'

/** Maximum time of a move that ends well, in ms. */
export const LONGEST_MOVE = 2 * MINUTE
/** Maximum time of a review that a move waits for, in ms. */
const LONGEST_REVIEW = 2 * HOUR

/** An installation as it is in the cluster, with what only the simulation knows. */
export interface SimulatedMember {
  at?: NonNullable<MemberView['at']>
  /** What it says itself, as it is applied. */
  own: number
  condition: MemberView['condition']
  /** Its workloads are not there. */
  isAsleep?: boolean
  since: number
  freeSince?: number
  /** The move that it has not been well since. */
  move?: Pick<Move, 'kind' | 'wasUnavailable'>
}

export interface ClusterOptions {
  readonly random: Random
  readonly clock: VirtualClock
  readonly branch: SimulatedBranch
  /** Probability that a move waits for a review. */
  readonly reviews: number
  /** Events happen at multiples of this, in ms. */
  readonly grain: number
}

/** What is applied, and how it does. */
export class SimulatedCluster {
  readonly members = new Map<string, SimulatedMember>()
  /** Members that are unavailable because of a move. */
  readonly disrupted = new Set<string>()
  /** By digest, the probability that a member fails with it. */
  readonly badness = new Map<string, number>()
  readonly #moving = new Set<string>()
  readonly #options: ClusterOptions

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  memberAt(name: string): SimulatedMember {
    const known = this.members.get(name)
    if (known) return known
    const { now } = this.#options.clock
    const made: SimulatedMember = { own: -1, condition: 'progressing', since: now }
    this.members.set(name, made)
    return made
  }

  /** Moves are done once members are well for long enough, as far as a clock can tell that was set back. */
  look(): void {
    const { branch, clock } = this.#options
    const { groups, installations } = branch.head
    for (const name of this.#moving) {
      const member = this.memberAt(name)
      const said = installations.get(name)
      const minReady = groups.get(said?.group ?? '')?.rollout.minReady ?? 0
      const isReady = member.since > clock.now || clock.now >= member.since + minReady
      if (said !== undefined && !(member.condition === 'healthy' && isReady)) continue
      this.#rest(name)
    }
  }

  /** Begins a move, which ends later: well, failed, or not at all. */
  start({ member: name, kind, inherited, wasUnavailable }: Move): void {
    const { random, branch, clock, reviews } = this.#options
    const member = this.memberAt(name)
    const said = branch.head.installations.get(name)
    if (said === undefined) throw new Error(`${name} is not declared`)
    const digest = branch.at(inherited.commit)?.digests.get(inherited.group)
    if (digest === undefined) throw new Error(`${inherited.group} is not in ${inherited.commit}`)
    const isAsleep = kind === 'sleep'
    if (isAsleep) this.#rest(name)
    else this.#moving.add(name)
    if (!wasUnavailable && !isAsleep) this.disrupted.add(name)
    Object.assign(member, {
      isAsleep,
      at: { ...inherited, digest },
      own: said.own,
      condition: 'progressing',
      since: clock.now,
      ...(!isAsleep && {
        move: {
          kind: kind === 'own' ? (member.move?.kind ?? kind) : kind,
          wasUnavailable: wasUnavailable && member.move?.wasUnavailable !== false,
        },
      }),
    })
    delete member.freeSince
    const isBad = said.isBroken || random.chance(this.badness.get(digest) ?? 0)
    if (random.chance(reviews)) this.#hold(name, () => this.#end(name, isBad))
    else this.#end(name, isBad)
  }

  /** Nobody waits any more for what it was moved to. */
  #rest(name: string): void {
    delete this.memberAt(name).move
    this.#moving.delete(name)
    this.disrupted.delete(name)
  }

  #hold(name: string, run: () => void): void {
    const { random, clock } = this.#options
    const member = this.memberAt(name)
    this.#become(member, 'held')
    this.#later(name, random.between(1, LONGEST_REVIEW / MINUTE) * MINUTE, () => {
      this.#become(member, 'progressing')
      member.freeSince = clock.now
      run()
    })
  }

  #end(name: string, isBad: boolean): void {
    const { random } = this.#options
    if (isBad && random.chance(0.3)) return
    const member = this.memberAt(name)
    this.#later(name, random.between(1, LONGEST_MOVE / SECOND) * SECOND, () =>
      this.#become(member, isBad ? 'failed' : 'healthy'),
    )
  }

  /** A member is not well for a while, for no reason of ours. */
  flap(name: string): void {
    const { random } = this.#options
    const member = this.memberAt(name)
    if (member.condition !== 'healthy' || member.isAsleep) return
    this.#become(member, random.pick(['progressing', 'progressing', 'failed', 'held'] as const))
    this.#later(name, random.between(1, 15 * 60) * SECOND, () => this.#become(member, 'healthy'))
  }

  /** Happens unless the member moves before. */
  #later(name: string, delay: number, run: () => void): void {
    const { clock, grain } = this.#options
    const { at, own } = this.memberAt(name)
    const due = Math.ceil((clock.time + delay) / grain) * grain
    clock.after(due - clock.time, () => {
      const member = this.members.get(name)
      if (member?.at === at && member?.own === own) run()
    })
  }

  #become(member: SimulatedMember, condition: MemberView['condition']): void {
    member.condition = condition
    member.since = this.#options.clock.now
  }
}
