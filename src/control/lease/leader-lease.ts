import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ifRequestFails } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { WriteGuard } from '../../adapters/cluster/cluster.ts'
import type { FaultError } from '../../model/fault.ts'
import { leaseName } from '../../model/lease-name.ts'
import type { WorkRequest } from '../../model/work-request.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { acquireLease, isOpen } from './acquire-lease.ts'
import type { Identity } from './identity.ts'
import { describeHolder, heldBy, holderOf, isFree, isHeldBy, type Lease } from './lease.ts'
import { isRefused, LeaseApi } from './lease-api.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { newRequests, requesting } from './lease-requests.ts'
import { WatchedLease } from './watched-lease.ts'

export interface LeaderLeaseOptions {
  readonly client: ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  /** Namespace of the Lease. */
  readonly namespace: string
  readonly me: Identity
  readonly log: Log
  /** Called for each retry of writing or watching the Lease. */
  readonly onRetry?: (() => void) | undefined
}

/**
 * Ensures by a Lease that only one Reeve of a name works on a cluster. The Lease is not renewed: its holder
 * watches it, and answers when asked whether it still runs; a holder that does not answer loses it. If Reeve
 * may not use Leases, it runs without one.
 */
export class LeaderLease implements WriteGuard, AsyncDisposable {
  readonly #options: LeaderLeaseOptions
  readonly #lease: WatchedLease
  readonly #lost = new AbortController()
  readonly #refused = new AbortController()
  readonly #onRequest = new Set<(request: WorkRequest) => void>()
  #keeper: LeaseKeeper | undefined
  /** The Lease when its requests were last looked at. */
  #looked: Lease | undefined
  /** The holder that was asked whether it still runs, and the holder that this one stands back for. */
  #asked: string | undefined
  #followed = () => new Date()
  #standsBackFor: string | undefined

  constructor(options: LeaderLeaseOptions) {
    const { client, repository, namespace } = options
    this.#options = options
    this.#lease = new WatchedLease({
      api: new LeaseApi(client, { namespace, name: leaseName(repository) }),
      onNews: () => this.#onNews(),
      onRefused: (error) => this.#goWithout(error),
      onRetry: options.onRetry,
    })
  }

  /** Aborted when another Reeve has taken over: this one may no longer write. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /**
   * Resolves when this Reeve may write.
   * @param onHeld called once for each other holder; an error thrown here ends the attempt
   * @throws ApiError, ConnectionError: it may be called again
   */
  async acquire(onHeld: (problem: FaultError) => void, signal?: AbortSignal): Promise<void> {
    if (this.#keeper !== undefined) return
    const ends = [this.#refused.signal, ...(signal ? [signal] : [])]
    try {
      const claimedAt = await acquireLease({
        lease: this.#lease,
        me: this.#options.me,
        onAsk: (lease) => this.#tellOfAsking(lease),
        onAnswer: (lease) => {
          if (this.#standsBackFor !== holderOf(lease)) onHeld(heldBy(lease))
          this.#standsBackFor = holderOf(lease)
        },
        onDoubt: (lease) => {
          const holder = describeHolder(lease)
          this.#options.log.warn(
            { holder },
            'the holder of the Lease answers, but does not follow its branch; taking over',
          )
        },
        signal: AbortSignal.any(ends),
      })
      this.#keep(claimedAt)
    } catch (error) {
      if (isRefused(error)) this.#goWithout(error)
      else if (!this.#refused.signal.aborted) throw error
    }
  }

  /**
   * Confirms before each write, mostly at once, that this Reeve may write.
   * @throws FaultError cluster-held; ApiError, ConnectionError if that is unknown
   */
  confirm(): void | Promise<void> {
    if (this.#refused.signal.aborted) return
    if (this.#keeper === undefined) throw heldBy(this.#lease.current)
    return this.#keeper.confirm()
  }

  /**
   * Resolves if, as the API server says now, no other Reeve has the Lease.
   * @throws FaultError cluster-held; ApiError, ConnectionError if that is unknown
   */
  async confirmOpen(): Promise<void> {
    await this.#lease.read({ deadline: 0 })
    const { current } = this.#lease
    if (current !== undefined && !isOpen(current, this.#options.me)) throw heldBy(current)
  }

  /** Sets what tells until when this process had what the remote said of its branch; by default, until now. */
  onFollowed(followed: () => Date): void {
    this.#followed = followed
  }

  /** Calls the listener when another process asks this Reeve, the holder, for work at once. */
  onRequest(listener: (request: WorkRequest) => void): void {
    this.#onRequest.add(listener)
  }

  /**
   * Asks the holder of the Lease for work at once: only it can do it.
   * @throws ApiError, ConnectionError
   */
  async request(requests: readonly WorkRequest[]): Promise<void> {
    const lease = this.#lease
    while (!isFree(lease.current) && (await lease.write(requesting(lease.current, requests))) === 'moved');
  }

  /** Notes an unanswered request: other events may have been missed. */
  doubt(): void {
    this.#keeper?.doubt()
  }

  /** Releases the Lease, so that the next Reeve need not ask. Nothing can be written afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease[Symbol.asyncDispose]()
    await this.#keeper?.[Symbol.asyncDispose]()
  }

  /** Releases the Lease for good: it is elsewhere from now on. */
  async remove(): Promise<void> {
    await this[Symbol.asyncDispose]()
    await this.#lease.remove().catch(ifRequestFails(undefined))
  }

  #onNews(): void {
    this.#keeper?.tend()
    const { current } = this.#lease
    const requests = newRequests(this.#looked, current)
    this.#looked = current
    if (this.#keeper === undefined || !isHeldBy(this.#options.me, current)) return
    for (const request of requests) for (const listener of this.#onRequest) listener(request)
  }

  #keep(claimedAt: number): void {
    const { me, log } = this.#options
    if (this.#asked !== undefined) log.info({ holder: me.about }, 'Lease acquired')
    this.#keeper = new LeaseKeeper({
      lease: this.#lease,
      me,
      claimedAt,
      followed: () => this.#followed(),
      log,
      onRetry: this.#options.onRetry,
      onLost: () => this.#lost.abort(heldBy(this.#lease.current)),
    })
  }

  #tellOfAsking(lease: Lease): void {
    if (this.#asked === holderOf(lease)) return
    this.#asked = holderOf(lease)
    const holder = describeHolder(lease)
    this.#options.log.info({ holder }, 'another Reeve holds the Lease; asking whether it is alive')
  }

  #goWithout(error: unknown): void {
    if (this.#refused.signal.aborted) return
    this.#refused.abort()
    const fields = faultFields(anyFault(error))
    this.#options.log.warn(
      fields,
      'running without a Lease: another Reeve of the same name would go unnoticed',
    )
    void this.#keeper?.[Symbol.asyncDispose]()
  }
}
