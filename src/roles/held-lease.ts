import { anyFault } from '../adapters/cluster/any-fault.ts'
import { forgetIdentity } from '../control/lease/identity.ts'
import type { LeaderLease } from '../control/lease/leader-lease.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { Part } from './part.ts'

export interface HeldLeaseOptions {
  readonly leaderLease: LeaderLease
  readonly dataDir: string
  readonly log: Log
  /** Whether another Reeve held it first. */
  readonly wasAwaited: boolean
}

/** The Lease while this process holds it. It fails when another Reeve takes over. */
export class HeldLease implements Part {
  /** Log for work under the Lease. Silent once it is lost: everything that ends then ends for that reason. */
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

  /** Whether another Reeve has taken over: this one may no longer write or record. */
  get isLost(): boolean {
    return this.failure.aborted
  }

  /** Sets what tells until when this process had what the remote said of its branch. */
  onFollowed(followed: () => Date): void {
    this.#leaderLease.onFollowed(followed)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leaderLease[Symbol.asyncDispose]()
    if (this.isLost) await forgetIdentity(this.#dataDir)
  }
}
