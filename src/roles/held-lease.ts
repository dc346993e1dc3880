import { anyFault } from '../adapters/cluster/any-fault.ts'
import { forgetIdentity } from '../control/lease/identity.ts'
import type { LeaderLease } from '../control/lease/leader-lease.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { Part } from './part.ts'

export interface HeldLeaseOptions {
  readonly leaderLease: LeaderLease
  readonly dataDir: string
  readonly log: Log
  /** Whether another Reeve had it first. */
  readonly wasAwaited: boolean
}

/** The Lease, for as long as this process has it. It fails when another Reeve takes over. */
export class HeldLease implements Part {
  /** Of what acts under the Lease: says nothing more once it is lost. What ends then, ends for this reason. */
  readonly log: Log
  readonly wasAwaited: boolean
  readonly #leaderLease: LeaderLease
  readonly #dataDir: string

  constructor({ leaderLease, dataDir, log, wasAwaited }: HeldLeaseOptions) {
    this.#leaderLease = leaderLease
    this.#dataDir = dataDir
    this.log = log.child({})
    this.wasAwaited = wasAwaited
    const { lost } = leaderLease
    lost.addEventListener('abort', () => {
      log.warn(faultFields(anyFault(lost.reason)), 'another Reeve has taken over')
      this.log.level = 'silent'
    })
  }

  get failure(): AbortSignal {
    return this.#leaderLease.lost
  }

  /** Whether another Reeve has taken over: nothing may be written or recorded any more. */
  get isLost(): boolean {
    return this.failure.aborted
  }

  /** Told when a process that stands by passes on that there may be a new commit. */
  onPollRequest(listener: () => void): void {
    this.#leaderLease.onPollRequest(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leaderLease[Symbol.asyncDispose]()
    if (this.isLost) await forgetIdentity(this.#dataDir)
  }
}
