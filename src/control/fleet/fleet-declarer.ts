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
import { LateWork, type Patience } from './late-work.ts'
import type { Renderers } from './renderers.ts'
import type { RepositoryParts } from './repository-parts.ts'

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
  readonly source: Pick<RepositoryParts, 'snapshotAt' | 'keyring'>
  /** Of namespaced objects that name none. */
  readonly namespace: string
  readonly renderers: Renderers
  /** Without it all is waited for. */
  readonly patience?: FleetPatience | undefined
  readonly onUnforeseen: OnUnforeseen
  /** Told of each try after a failure. */
  readonly onRetry: () => void
  readonly log: Log
}

/**
 * The one owner of the fleet: makes it of commits, and makes the same commit's anew whenever that may be
 * another one: when kinds changed, when what was late is done, when what failed in passing is due, and
 * when there are new keys. Logs its faults, and moves those who listen to it.
 */
export class FleetDeclarer implements Disposable {
  /** What changes what is declared goes one after the other. */
  readonly inTurn = new Serial()
  readonly #options: FleetDeclarerOptions
  readonly #late = new LateWork<Made>()
  readonly #timers = new Timers()
  readonly #onFleet = new Set<(fleet: Fleet) => Promise<void> | void>()
  readonly #onNewKeys = new Set<() => void>()
  #fleet: Fleet | undefined
  /** The commit that all who listen were moved to last. */
  #movedTo: string | undefined
  /** How often in a row something failed in passing. */
  #failures = 0
  /** How often charts may have been shown another cluster. */
  #epoch = 0
  #isClosed = false

  constructor(options: FleetDeclarerOptions) {
    this.#options = options
    this.#late.onNews(() => this.landSoon())
  }

  /** Moved to each fleet, one listener after the other; one that fails is moved again with the next. */
  onFleet(listener: (fleet: Fleet) => Promise<void> | void): void {
    this.#onFleet.add(listener)
  }

  /** Told when there are other keys: what was read of earlier commits may be read otherwise. */
  onNewKeys(listener: () => void): void {
    this.#onNewKeys.add(listener)
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
    return installations.some(isUndecryptable) && this.#options.source.keyring.isRenewed()
  }

  /** Moves the fleet to a commit that is here. */
  moveTo(commit: string): Promise<void> {
    return this.inTurn.run(() => this.#moveTo(commit))
  }

  /**
   * The fleet declared again, since other kinds are served: charts may be rendered otherwise for them.
   * Called in turn. Undefined where none was moved to.
   */
  async redeclare(): Promise<Fleet | undefined> {
    if (this.#fleet === undefined || !this.#isMoved) return undefined
    this.#epoch += 1
    return this.#declare(this.#fleet.snapshot, this.#fleet)
  }

  /** Declares the commit again soon: what failed may be tried again. */
  againSoon(): void {
    this.#timers.set(AGAIN, GATHER_MS, () => this.#again((commit) => this.#moveTo(commit)))
  }

  /** Takes in soon what was late and is done. */
  landSoon(): void {
    this.#timers.setOnce(LANDING, GATHER_MS, () => this.#again(() => this.#land()))
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#timers[Symbol.dispose]()
  }

  #again(move: (commit: string) => Promise<void>): void {
    const moved = this.inTurn.run(async () => {
      if (this.#fleet !== undefined && this.#isMoved && !this.#isClosed) await move(this.#fleet.commit.oid)
    })
    moved.catch((error) => {
      this.#options.log.warn(faultFields(anyFault(error)), 'reading the commit again failed')
      this.#tryLater()
    })
  }

  async #moveTo(commit: string): Promise<void> {
    const { source } = this.#options
    if (await source.keyring.isRenewed()) for (const tell of this.#onNewKeys) tell()
    await this.#move(await this.#declare(await source.snapshotAt(commit), this.#fleet))
  }

  async #move(fleet: Fleet): Promise<void> {
    for (const moveTo of this.#onFleet) await moveTo(fleet)
    this.#movedTo = fleet.commit.oid
  }

  get #isMoved(): boolean {
    return this.#movedTo !== undefined && this.#movedTo === this.#fleet?.commit.oid
  }

  async #declare(snapshot: Snapshot, before: Fleet | undefined): Promise<Fleet> {
    const { namespace, renderers, source, onUnforeseen, patience } = this.#options
    const late = patience && {
      work: this.#late,
      patience: before ? patience.later : patience.first,
      epoch: this.#epoch,
    }
    const options = {
      namespace,
      renderers,
      decrypt: source.keyring.decrypt,
      onUnforeseen,
      ...(late && { late }),
    }
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
    await this.#move(fleet)
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
      if (problem.code === 'still-rendering') log.warn(fields, 'installation not rendered yet')
      else log.error(fields, 'fault in the installation')
    }
    logMore(name, installation.faults.length, log)
    for (const notice of installation.notices ?? [])
      log.warn({ installation: name, ...faultFields(notice) }, 'notice')
  }
}
