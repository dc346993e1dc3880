import { anyFault } from '../../adapters/cluster/any-fault.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { FleetDeclarer } from '../fleet/fleet-declarer.ts'
import type { DeclaredFleet } from './declared-fleet.ts'

export interface KindsRefreshOptions {
  readonly view: ClusterView
  readonly fleet: DeclaredFleet
  readonly declarer: FleetDeclarer
  /** Called in turn after each refresh, with the desired state from before it. */
  readonly onRefreshed: (before: DesiredState) => void
  readonly log: Log
  readonly metrics: Pick<Metrics, 'retried'>
}

/** CRDs arrive in batches, and each changes a few times until it is served: debounce discovery. */
const DEBOUNCE_MS = 300
/** Maximum consecutive requests for a kind that is established but not yet served. */
const MAX_BEHIND = 10
/** Delay before discovery asks again for an aggregated API that does not answer, in milliseconds. */
const API_AFTER_MS = 20_000
const SOON = 'soon'
const API = 'api'

/** Refreshes discovery whenever the served kinds may have changed. */
export class KindsRefresh implements Disposable {
  readonly #options: KindsRefreshOptions
  readonly #timers = new Timers()
  #isDue = false
  /** Consecutive refreshes in which an established kind was not yet served. */
  #behind = 0
  /** Consecutive failed refreshes. */
  #failures = 0
  #onWaiting: (isWaiting: boolean) => void = () => {}

  constructor(options: KindsRefreshOptions) {
    this.#options = options
  }

  /** Whether a refresh is scheduled. */
  get isDue(): boolean {
    return this.#isDue
  }

  /** Reasonable delay before the next refresh, in milliseconds. */
  get pauseMs(): number {
    return DEBOUNCE_MS * this.#behind
  }

  /** Tells the listener whether an object waits for its kind to be served, whenever that may have changed. */
  onWaiting(listener: (isWaiting: boolean) => void): void {
    this.#onWaiting = listener
  }

  /** Refreshes now. */
  now(): Promise<void> {
    this.#timers.cancel(SOON)
    this.#isDue = false
    return this.#options.declarer.inTurn.run(() => this.#refresh())
  }

  /** Refreshes after a delay in milliseconds; debounces calls until then. */
  soon(delay = DEBOUNCE_MS): void {
    this.#isDue = true
    this.#timers.set(SOON, delay, () => {
      this.now().catch((error: unknown) => {
        this.#options.log.warn(faultFields(anyFault(error)), 'discovery failed')
        this.#options.metrics.retried('kinds')
        this.soon(retryDelay(++this.#failures))
      })
    })
  }

  /** Notes that the fleet moved: it may wait for other kinds. */
  noteMoved(): void {
    const { fleet } = this.#options
    this.#onWaiting(fleet.waitsForKind)
    // No event tells when an aggregated API answers again.
    if (fleet.waitsForApi) this.#timers.setOnce(API, API_AFTER_MS, () => this.soon(0))
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
  }

  async #refresh(): Promise<void> {
    const { view, fleet, declarer, onRefreshed } = this.#options
    if (fleet.commit === undefined) return
    const before = fleet.declared
    await view.refreshKinds()
    const declared = await declarer.redeclare()
    if (declared !== undefined) await fleet.moveTo(declared)
    this.#failures = 0
    this.noteMoved()
    onRefreshed(before)
    this.#behind = view.isBehind ? this.#behind + 1 : 0
    if (this.#behind > 0 && this.#behind < MAX_BEHIND) this.soon(this.pauseMs)
  }
}
