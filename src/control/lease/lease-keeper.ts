import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ConnectionError, isRequestError } from '../../adapters/cluster/api-error.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { Attention } from './attention.ts'
import type { Identity } from './identity.ts'
import { answering, claiming, heldBy, isFree, isHeldBy, openChallenge, releasing } from './lease.ts'
import type { WatchedLease } from './watched-lease.ts'

/** Delays between attempts to tend the Lease; the longest applies if it cannot be written for long. */
const PACE = { firstMs: 1_000, longestMs: 30_000 }
/** Maximum time for releasing the Lease, in milliseconds: the next Reeve can also find out by itself. */
const RELEASE_WITHIN_MS = 2_000

export interface LeaseKeeperOptions {
  /** The Lease, held by this process. */
  readonly lease: WatchedLease
  readonly me: Identity
  /** When the claim was sent, in milliseconds since the epoch. */
  readonly claimedAt: number
  /** Until when this process had what the remote said of its branch. */
  readonly followed: () => Date
  readonly log: Log
  /** Called for each retry of tending it. */
  readonly onRetry?: (() => void) | undefined
  /** Called once, when another Reeve has it. */
  readonly onLost: () => void
}

/** Performs the duties of the Lease's holder until another Reeve has it. */
export class LeaseKeeper implements AsyncDisposable {
  readonly #options: LeaseKeeperOptions
  readonly #attention = new Attention()
  readonly #inTurn = new Serial()
  readonly #over = new AbortController()
  #checking: Promise<void> | undefined
  #again: NodeJS.Timeout | undefined
  /** Consecutive failures to tend it. */
  #failures = 0

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
    this.#attention.start()
    this.#attention.checked(options.claimedAt)
    options.lease.follow()
    this.tend()
  }

  /** Acts on the Lease as last seen: answers, claims it again, or gives up. */
  tend(): void {
    clearTimeout(this.#again)
    this.#inTurn
      .run(() => this.#tend())
      .then(
        () => {
          this.#failures = 0
        },
        (error: unknown) => {
          if (this.#isOver) return
          if (!isRequestError(error))
            this.#options.log.error(faultFields(anyFault(error)), 'the Lease cannot be maintained')
          this.#again = setTimeout(() => this.#tendAgain(), this.#delay())
        },
      )
  }

  /**
   * Resolves, mostly at once, if the Lease is ours now.
   * @throws FaultError cluster-held if it is not; ApiError, ConnectionError if that is unknown
   */
  confirm(): void | Promise<void> {
    const { lease, me } = this.#options
    this.#demand()
    if (isHeldBy(me, lease.current) && this.#attention.isSure(lease.isFollowing)) return
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** Notes an unanswered request: other events may have been missed. */
  doubt(): void {
    this.#attention.doubt()
  }

  /** Releases the Lease, so that the next Reeve need not ask. Ignores the server's answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    const wasOurs = !this.#isOver
    this.#end()
    await this.#inTurn.idle()
    if (wasOurs) await this.#giveBack(AbortSignal.timeout(RELEASE_WITHIN_MS)).catch(() => {})
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted
  }

  #demand(): void {
    if (this.#isOver) throw heldBy(this.#options.lease.current)
  }

  #tendAgain(): void {
    this.#options.onRetry?.()
    this.tend()
  }

  /** Short at first, because a challenge must be answered within seconds. */
  #delay(): number {
    return retryDelay(++this.#failures, PACE)
  }

  async #check(): Promise<void> {
    const { lease } = this.#options
    const askedAt = Date.now()
    await lease.read({ deadline: 0 })
    await this.#inTurn.run(() => this.#tend())
    this.#demand()
    this.#attention.checked(askedAt)
    if (!this.#attention.isSure(lease.isFollowing))
      throw new ConnectionError('reading the holder of the Lease took too long', undefined)
  }

  async #tend(): Promise<void> {
    const { lease, me, log, followed } = this.#options
    const { signal } = this.#over
    while (!this.#isOver) {
      const { current } = lease
      if (current === undefined || isFree(current)) {
        log.warn({ holder: me.about }, 'the Lease was taken from its holder: claiming it again')
        await lease.write(claiming(current, me), { signal })
      } else if (!isHeldBy(me, current)) this.#lose()
      else if (openChallenge(current) !== undefined)
        await lease.write(answering(current, followed()), { signal })
      else return
    }
  }

  #lose(): void {
    this.#end()
    this.#options.onLost()
  }

  #end(): void {
    this.#over.abort()
    this.#attention[Symbol.dispose]()
    clearTimeout(this.#again)
  }

  async #giveBack(signal: AbortSignal): Promise<void> {
    const { lease, me } = this.#options
    while (isHeldBy(me, lease.current)) if ((await lease.write(releasing(), { signal })) !== 'moved') return
  }
}
