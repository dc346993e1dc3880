import { isDeepStrictEqual } from 'node:util'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log, logMore, MOST_LOGGED } from '../../support/telemetry/log.ts'
import { declareFleet, type Fleet, isPassing, type Made, withLanded } from './fleet.ts'
import { isUndecryptable } from './history.ts'
import type { Keyring } from './keyring.ts'
import { LateWork, type Patience } from './late-work.ts'
import type { Renderers } from './renderers.ts'

/** What is late is taken in so many milliseconds after it is done: others may be done by then. */
const GATHER_MS = 100
/** Timers: what failed in passing, what is told to be worth asking for again, and what was late. */
const RETRY = 'retry'
const AGAIN = 'again'
const LANDING = 'landing'

/** How long a fleet waits for what is not ready. */
export interface FleetPatience {
  /** For the first commit of this process: what renders is being started. */
  readonly first: Patience
  readonly later: Patience
}

export interface FleetDeclarerOptions {
  readonly snapshotAt: (commit: string) => Promise<Snapshot>
  /** Of namespaced objects that name none. */
  readonly namespace: string
  readonly renderers: Renderers
  readonly keyring: Keyring
  /** Without it all is waited for. */
  readonly patience?: FleetPatience | undefined
  /** Brings the cluster to a fleet; called in turn. */
  readonly move: (fleet: Fleet) => Promise<void>
  /** The commit that the cluster was moved to last. */
  readonly movedTo: () => string | undefined
  /** Called when there are other keys: what was read of earlier commits may be read otherwise. */
  readonly onNewKeys: () => void
  readonly onUnforeseen: OnUnforeseen
  /** Told of each try after a failure. */
  readonly onRetry: () => void
  readonly log: Log
}

/**
 * Makes fleets of commits, and the same commit's fleet again whenever that may be another one: when kinds
 * changed, when what was late is done, and when what failed in passing is due.
 */
export class FleetDeclarer {
  /** What changes what is declared goes one after the other. */
  readonly inTurn = new Serial()
  readonly #options: FleetDeclarerOptions
  readonly #late = new LateWork<Made>()
  readonly #timers = new Timers()
  #fleet: Fleet | undefined
  /** How often in a row something failed in passing. */
  #failures = 0
  /** How often charts may have been shown another cluster. */
  #epoch = 0
  #isClosed = false

  constructor(options: FleetDeclarerOptions) {
    this.#options = options
    this.#late.onNews(() => this.landSoon())
  }

  /** What was declared last. */
  get fleet(): Fleet | undefined {
    return this.#fleet
  }

  /** How many installations are not at the commit yet, since they are still being rendered. */
  get late(): number {
    return [...(this.#fleet?.made.values() ?? [])].filter(({ isUnderWay }) => isUnderWay).length
  }

  /** Whether there are other keys than those that some file could not be decrypted with. */
  async hasNewKeys(): Promise<boolean> {
    const installations = [...(this.#fleet?.installations.values() ?? [])]
    return installations.some(isUndecryptable) && this.#options.keyring.isRenewed()
  }

  /** Moves the fleet to a commit that is here. */
  moveTo(commit: string): Promise<void> {
    return this.inTurn.run(() => this.#moveTo(commit))
  }

  /** A fleet declared again, since other kinds are served; called in turn. */
  redeclare(fleet: Fleet): Promise<Fleet> {
    this.#epoch += 1
    return this.#declare(fleet.snapshot, fleet)
  }

  /** Declares the commit again soon: what failed may be tried again. */
  againSoon(): void {
    this.#timers.set(AGAIN, GATHER_MS, () => this.#again((commit) => this.#moveTo(commit)))
  }

  /** Takes in soon what was late and is done. */
  landSoon(): void {
    this.#timers.setOnce(LANDING, GATHER_MS, () => this.#again(() => this.#land()))
  }

  close(): void {
    this.#isClosed = true
    this.#timers.close()
  }

  #again(move: (commit: string) => Promise<void>): void {
    const moved = this.inTurn.run(async () => {
      const commit = this.#fleet?.commit.oid
      const isMoved = commit !== undefined && commit === this.#options.movedTo()
      if (isMoved && !this.#isClosed) await move(commit)
    })
    moved.catch((error) => {
      this.#options.log.warn(faultFields(anyFault(error)), 'the commit can not be declared again')
      this.#tryLater()
    })
  }

  async #moveTo(commit: string): Promise<void> {
    const { keyring, onNewKeys, snapshotAt, move } = this.#options
    if (await keyring.isRenewed()) onNewKeys()
    await move(await this.#declare(await snapshotAt(commit), this.#fleet))
  }

  async #declare(snapshot: Snapshot, before: Fleet | undefined): Promise<Fleet> {
    const { namespace, renderers, keyring, onUnforeseen, patience } = this.#options
    const late = patience && {
      work: this.#late,
      patience: before ? patience.later : patience.first,
      epoch: this.#epoch,
    }
    const options = { namespace, renderers, decrypt: keyring.decrypt, onUnforeseen, ...(late && { late }) }
    const fleet = this.#take(await declareFleet(snapshot, options, before))
    this.#timers.cancel(RETRY)
    if (this.#hasPassing(fleet)) this.#tryLater()
    else this.#failures = 0
    return fleet
  }

  async #land(): Promise<void> {
    const done = this.#late.takeDone()
    if (this.#fleet === undefined) return
    const fleet = this.#take(withLanded(this.#fleet, done))
    const isBroken = done.some(({ outcome }) => outcome && 'error' in outcome)
    if (!this.#timers.has(RETRY) && (isBroken || this.#hasPassing(fleet))) this.#tryLater()
    if (done.some(({ epoch }) => epoch !== this.#epoch)) this.againSoon()
    await this.#options.move(fleet)
  }

  #take(fleet: Fleet): Fleet {
    logFaults(fleet, this.#fleet, this.#options.log)
    this.#fleet = fleet
    return fleet
  }

  #hasPassing({ installations }: Fleet): boolean {
    return [...installations.values()].some(isPassing)
  }

  #tryLater(): void {
    this.#failures += 1
    this.#timers.set(RETRY, retryDelay(this.#failures), () => {
      this.#options.onRetry()
      this.#again((commit) => this.#moveTo(commit))
    })
  }
}

function logFaults(fleet: Fleet, before: Fleet | undefined, log: Log): void {
  for (const [name, installation] of fleet.installations) {
    const known = before?.installations.get(name)
    if (installation === known) continue
    if (known && isPassing(known) && isDeepStrictEqual(known.faults, installation.faults)) continue
    for (const problem of installation.faults.slice(0, MOST_LOGGED)) {
      const fields = { installation: name, ...faultFields(problem) }
      if (problem.code === 'still-rendering') log.warn(fields, 'the installation is not ready yet')
      else log.error(fields, 'fault in the installation')
    }
    logMore(name, installation.faults.length, log)
    for (const notice of installation.notices ?? [])
      log.warn({ installation: name, ...faultFields(notice) }, 'notice')
  }
}
