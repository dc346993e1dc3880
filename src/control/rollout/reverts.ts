import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { formatDelay } from '../../model/duration.ts'
import { FaultError, fault } from '../../model/fault.ts'
import { type GroupRecord, rejectionOf } from '../../stages/rollout/group-record.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { ProposedRevert, Revert } from '../edit/propose-revert.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { RolloutHead } from './rollout-head.ts'

export interface RevertsOptions {
  /** @throws FaultError */
  readonly propose: (revert: Revert) => Promise<ProposedRevert>
  readonly trees: CommitTrees
  readonly log: Log
}

/** Proposes to take back what groups went back from, once each. */
export class Reverts implements Disposable {
  readonly #options: RevertsOptions
  readonly #timers = new Timers()
  /** By group: the digest that is being proposed or was, and the head of that time. */
  readonly #known = new Map<string, string>()
  #failures = 0

  constructor(options: RevertsOptions) {
    this.#options = options
  }

  /** @param digest of what the head has members inherit */
  note(group: string, record: GroupRecord, head: RolloutHead, digest: string | undefined): void {
    const { at } = record
    const rejection = digest === undefined ? undefined : rejectionOf(record, digest)
    if (rejection === undefined || digest === at.digest) {
      this.#known.delete(group)
      this.#timers.cancel(group)
      return
    }
    if (this.#known.get(group) === rejection.digest) return
    this.#known.set(group, rejection.digest)
    this.#begin(group, { rejected: rejection.digest, why: rejection.why, good: at.commit }, head)
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
  }

  #begin(group: string, back: Back, head: RolloutHead): void {
    const { log } = this.#options
    this.#propose(group, back, head).then(
      ({ state, branch, pullRequest }) => {
        this.#failures = 0
        log.info(
          { group, state, branch, ...(pullRequest && { url: pullRequest.url }) },
          'proposed to go back',
        )
      },
      (error: unknown) => {
        this.#failures += 1
        const delay = retryDelay(this.#failures)
        const problem = faultFields(anyFault(error))
        log.warn({ group, ...problem, retryIn: formatDelay(delay) }, 'going back not proposed')
        this.#timers.set(group, delay, () => this.#begin(group, back, head))
      },
    )
  }

  async #propose(
    group: string,
    { rejected, why, good }: Back,
    { tree }: RolloutHead,
  ): Promise<ProposedRevert> {
    const { propose, trees } = this.#options
    const from = await trees.at(good)
    if (from === undefined) throw new FaultError(fault('rollout-commit-gone', good.slice(0, 12)))
    return propose({ group, rejected, head: tree, good: from, reason: why })
  }
}

/** What a group went back from, why, and the commit that it went back to. */
interface Back {
  readonly rejected: string
  readonly why: string
  readonly good: string
}
