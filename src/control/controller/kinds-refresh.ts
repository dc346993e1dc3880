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
  /** Called when other kinds may be served than before, in turn, with what was declared until then. */
  readonly onRefreshed: (before: DesiredState) => void
  readonly log: Log
  readonly metrics: Pick<Metrics, 'retried'>
}

/** CRDs arrive in batches, and each changes a few times until it is served: debounce discovery. */
const DEBOUNCE_MS = 300
/** So often in a row the server is asked for a kind that is established and not served yet. */
const MAX_BEHIND = 10
/** How often an aggregated API that does not answer is asked for. */
const API_AFTER_MS = 20_000
const SOON = 'soon'
const API = 'api'

/** Asks the server again which kinds it serves, whenever that may have changed. */
export class KindsRefresh implements Disposable {
  readonly #options: KindsRefreshOptions
  readonly #timers = new Timers()
  #isDue = false
  /** How often in a row the server did not serve yet what was established. */
  #behind = 0
  /** How often in a row it could not be asked. */
  #failures = 0
  #onWaiting: (isWaiting: boolean) => void = () => {}

  constructor(options: KindsRefreshOptions) {
    this.#options = options
  }

  /** Whether the server is to be asked again. */
  get isDue(): boolean {
    return this.#isDue
  }

  /** How long it makes sense to wait before it is asked again, in milliseconds. */
  get pauseMs(): number {
    return DEBOUNCE_MS * this.#behind
  }

  /** Told whether some object waits for its kind to be served, whenever that may have changed. */
  onWaiting(listener: (isWaiting: boolean) => void): void {
    this.#onWaiting = listener
  }

  /** Asks now. */
  now(): Promise<void> {
    this.#timers.cancel(SOON)
    this.#isDue = false
    return this.#options.declarer.inTurn.run(() => this.#refresh())
  }

  /** Asks in some milliseconds, once for all who want it until then. */
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

  /** The fleet moved: it may wait for other kinds than before. */
  noteMoved(): void {
    const { fleet } = this.#options
    this.#onWaiting(fleet.waitsForKind)
    // Nothing tells when an aggregated API answers again.
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
