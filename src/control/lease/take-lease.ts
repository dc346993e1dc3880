import { anyFault } from '../../adapters/cluster/any-fault.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { LeaderLease } from './leader-lease.ts'
import { leaseBlocked } from './lease-blocked.ts'
import { type Refusal, refusalIn } from './refusal.ts'

/** Delay before Git is checked again for a change of the refusing webhook or policy, in milliseconds. */
const ASK_GIT_AGAIN_AFTER_MS = 300_000

export interface TakeLeaseOptions {
  readonly leaderLease: LeaderLease
  readonly client: ClusterClient
  readonly settings: Settings
  /** Head of the branch, if available. */
  readonly head: () => Promise<string | undefined>
  readonly log: Log
}

/** Takes the Lease; if a webhook or policy refuses it, checks whether Git changes or removes that. */
export class LeaseTaker {
  readonly #options: TakeLeaseOptions
  /** Last attempt: the refusal and the commit, and when (milliseconds since the epoch). */
  #tried: { readonly what: string; readonly at: number } | undefined

  constructor(options: TakeLeaseOptions) {
    this.#options = options
  }

  /**
   * Resolves when this Reeve may write.
   * @param onHeld called with each other holder; an error thrown here ends the attempt
   * @throws FaultError lease-blocked; ApiError, ConnectionError: it may be called again
   */
  async take(onHeld: (problem: FaultError) => void, signal?: AbortSignal): Promise<void> {
    const { leaderLease } = this.#options
    try {
      await leaderLease.acquire(onHeld, signal)
    } catch (error) {
      const problem = await leaseBlocked(error, this.#options.client)
      if (problem === undefined) throw error
      if (!(await this.#unblocked(error, problem))) throw new FaultError(problem, { cause: error })
      await leaderLease.acquire(onHeld, signal)
    }
  }

  async #unblocked(error: unknown, problem: Fault): Promise<boolean> {
    const { settings, leaderLease, log } = this.#options
    const refusal = refusalIn(error)
    if (refusal === undefined || !(await this.#isWorthTrying(refusal))) return false
    log.warn(faultFields(problem), 'checking whether Git changes or removes what blocks the Lease')
    try {
      await leaderLease.confirmOpen()
      const { unblockLease } = await import('./unblock-lease.ts')
      return await unblockLease({ settings, refusal, confirm: () => leaderLease.confirmOpen(), log })
    } catch (failure) {
      log.warn(faultFields(anyFault(failure)), 'could not change what blocks the Lease')
      return false
    }
  }

  /** Planning takes requests, so it is done only for another commit or refusal, or after a while. */
  async #isWorthTrying({ by, name }: Refusal): Promise<boolean> {
    const head = await this.#options.head().catch(unlessFault)
    const what = `${by} ${name} ${head}`
    const now = Date.now()
    if (this.#tried?.what === what && now - this.#tried.at < ASK_GIT_AGAIN_AFTER_MS) return false
    this.#tried = { what, at: now }
    return true
  }
}

/** Without Git, it is tried as for a commit of its own; planning then reports the fault. */
function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}
