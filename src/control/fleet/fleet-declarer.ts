import { isDeepStrictEqual } from 'node:util'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import type { OnUnforeseen } from '../../model/contained.ts'
import { describeFault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { namesOf, type SharedFault, sharedFaults } from '../../model/shared-faults.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { RenderPlacement } from '../../stages/render/render.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log, logMore, MOST_LOGGED } from '../../support/telemetry/log.ts'
import type { Compositions } from './compositions.ts'
import {
  composeFleet,
  declareFleet,
  type Fleet,
  type FleetOptions,
  type Made,
  type PastReleaseOf,
  withLanded,
} from './fleet.ts'
import { isUndecryptable } from './history.ts'
import { LateWork, type Patience } from './late-work.ts'
import { isPassing } from './passing-faults.ts'
import type { Renderers } from './renderers.ts'
import type { RepositoryParts } from './repository-parts.ts'

/** Delay before finished late work is taken in, in milliseconds, so that more can finish. */
const GATHER_MS = 100
/** Timers: retry after a passing failure, requested redeclaration, taking in late work. */
const RETRY = 'retry'
const AGAIN = 'again'
const LANDING = 'landing'

/** Maximum number of times that the same commit is made again at once. */
const MOST_COMPOSED = 3

/** Maximum waits for renderings that are not ready. */
export interface FleetPatience {
  /** For the first commit of this process, while renderers start. */
  readonly first: Patience
  readonly later: Patience
}

/** Decides what installations are made from where that is not all of the commit. Called in turn. */
export interface Composer {
  readonly compose: (head: CommitTree) => Promise<Compositions>
  /** Told of each fleet before the listeners are; true if some installation is to be made from something else. */
  readonly noteMade: (fleet: Fleet) => boolean
}

export interface FleetDeclarerOptions {
  readonly source: Pick<RepositoryParts, 'snapshotAt' | 'keyring'>
  readonly placement: RenderPlacement
  readonly renderers: Renderers
  /** What is recorded of an installation's release. */
  readonly pastRelease: PastReleaseOf
  /** Without it, all renderings are awaited. */
  readonly patience?: FleetPatience | undefined
  readonly onUnforeseen: OnUnforeseen
  /** Called for each retry after a failure. */
  readonly onRetry: () => void
  readonly log: Log
}

/**
 * Sole owner of the fleet. Declares it from a commit, and again whenever the same commit may yield another
 * fleet: when kinds change, late work is done, a passing failure is due for retry, or keys are new. Logs its
 * faults, and moves its listeners to it.
 */
export class FleetDeclarer implements Disposable {
  /** Serializes changes of the declared fleet. */
  readonly inTurn = new Serial()
  readonly #options: FleetDeclarerOptions
  readonly #late = new LateWork<Made>()
  readonly #timers = new Timers()
  readonly #onFleet = new Set<(fleet: Fleet) => Promise<void> | void>()
  readonly #onNewKeys = new Set<() => void>()
  #fleet: Fleet | undefined
  #composer: Composer | undefined
  /** Commit that all listeners were moved to last. */
  #movedTo: string | undefined
  /** Consecutive passing failures. */
  #failures = 0
  /** Number of times that charts may have seen another cluster. */
  #epoch = 0
  #isClosed = false

  constructor(options: FleetDeclarerOptions) {
    this.#options = options
    this.#late.onNews(() => this.landSoon())
  }

  /** Calls the listeners with each fleet, one after the other; a failed one is called again with the next. */
  onFleet(listener: (fleet: Fleet) => Promise<void> | void): void {
    this.#onFleet.add(listener)
  }

  /** Makes installations from what the composer says, from the next commit on. */
  composeWith(composer: Composer): void {
    this.#composer = composer
  }

  /** Calls the listener when keys changed: files of earlier commits may be read differently. */
  onNewKeys(listener: () => void): void {
    this.#onNewKeys.add(listener)
  }

  /** The fleet that was declared last. */
  get fleet(): Fleet | undefined {
    return this.#fleet
  }

  /** Number of installations not yet at the commit because they are still being rendered. */
  get late(): number {
    return [...(this.#fleet?.made.values() ?? [])].filter(({ isUnderWay }) => isUnderWay).length
  }

  /** Whether keys changed since some file could not be decrypted. */
  async hasNewKeys(): Promise<boolean> {
    const installations = [...(this.#fleet?.installations.values() ?? [])]
    return installations.some(isUndecryptable) && this.#options.source.keyring.isRenewed()
  }

  /** Moves the fleet to a commit that is in the local clone. */
  moveTo(commit: string): Promise<void> {
    return this.inTurn.run(() => this.#moveTo(commit))
  }

  /**
   * Declares the fleet again because other kinds are served: charts may render differently for them. Call it
   * in turn. Undefined if the listeners were not moved to the fleet.
   */
  async redeclare(): Promise<Fleet | undefined> {
    if (this.#fleet === undefined || !this.#isMoved) return undefined
    this.#epoch += 1
    return this.#declare(this.#fleet.snapshot)
  }

  /** Makes the same commit again of what the composer says now. Call it in turn. */
  async recompose(): Promise<void> {
    if (this.#fleet === undefined || !this.#isMoved || this.#isClosed) return
    const { tree, snapshot } = this.#fleet
    await this.#move(await this.#made((options, before) => composeFleet({ tree, snapshot }, options, before)))
  }

  /** Declares the commit again soon, which retries failures. */
  againSoon(): void {
    this.#timers.set(AGAIN, GATHER_MS, () => this.#again((commit) => this.#moveTo(commit)))
  }

  /** Takes in finished late work soon. */
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
    await this.#move(await this.#declare(await source.snapshotAt(commit)))
  }

  async #move(fleet: Fleet): Promise<void> {
    for (const moveTo of this.#onFleet) await moveTo(fleet)
    this.#movedTo = fleet.commit.oid
  }

  get #isMoved(): boolean {
    return this.#movedTo !== undefined && this.#movedTo === this.#fleet?.commit.oid
  }

  #declare(snapshot: Snapshot): Promise<Fleet> {
    return this.#made((options, before) => declareFleet(snapshot, options, before))
  }

  /** Makes a fleet, and again while the composer wants some installation to be made from something else. */
  async #made(make: (options: FleetOptions, before: Fleet | undefined) => Promise<Fleet>): Promise<Fleet> {
    const options = this.#fleetOptions
    let made = await make(options, this.#fleet)
    for (let times = 0; times < MOST_COMPOSED && this.#composer?.noteMade(made); times += 1)
      made = await composeFleet(made, options, made)
    const fleet = this.#take(made)
    this.#timers.cancel(RETRY)
    if (this.#hasPassing(fleet)) this.#tryLater()
    else this.#failures = 0
    return fleet
  }

  get #fleetOptions(): FleetOptions {
    const { placement, renderers, source, pastRelease, onUnforeseen, patience } = this.#options
    const composer = this.#composer
    const late = patience && {
      work: this.#late,
      patience: this.#fleet ? patience.later : patience.first,
      epoch: this.#epoch,
    }
    return {
      placement,
      renderers,
      decrypt: source.keyring.decrypt,
      pastRelease,
      onUnforeseen,
      ...(composer && { compose: (head: CommitTree) => composer.compose(head) }),
      ...(late && { late }),
    }
  }

  async #land(): Promise<void> {
    const done = this.#late.takeDone()
    if (this.#fleet === undefined) return
    const fleet = this.#take(withLanded(this.#fleet, done, this.#options.placement))
    const isBroken = done.some(({ outcome }) => outcome && 'error' in outcome)
    if (!this.#timers.has(RETRY) && (isBroken || this.#hasPassing(fleet))) this.#tryLater()
    if (this.#composer?.noteMade(fleet) || done.some(({ epoch }) => epoch !== this.#epoch)) this.againSoon()
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

/** Logs what is new: a fault that several installations share once. */
function logFaults(fleet: Fleet, before: Fleet | undefined, log: Log): void {
  const changed = [...fleet.installations.values()].filter((installation) => {
    const known = before?.installations.get(installation.name)
    if (installation === known) return false
    return !(known && isPassing(known) && isDeepStrictEqual(known.faults, installation.faults))
  })
  const told = changed.map(({ name, faults }) => ({ name, faults: faults.slice(0, MOST_LOGGED) }))
  for (const problem of sharedFaults(told)) {
    const fields = { ...concernFields(problem), ...faultFields(problem) }
    if (problem.code === 'still-rendering') log.warn(fields, 'installation not rendered yet')
    else log.error(fields, 'fault in the installation')
  }
  for (const installation of changed) {
    logMore(installation.name, installation.faults.length, log)
    logNotices(installation, before?.installations.get(installation.name), log)
  }
}

/** The installation that has a fault, or how many and which. */
function concernFields({ installations }: SharedFault): Record<string, unknown> {
  const [installation, ...others] = installations
  if (others.length === 0) return { installation }
  return { installations: installations.length, concerns: namesOf(installations) }
}

/** Logs each notice once, however often its installation changes. */
function logNotices({ name, notices = [] }: Installation, known: Installation | undefined, log: Log): void {
  const told = new Set(known?.notices?.map(describeFault))
  const news = notices.filter((notice) => !told.has(describeFault(notice)))
  for (const notice of news.slice(0, MOST_LOGGED))
    log.warn({ installation: name, ...faultFields(notice) }, 'notice')
  if (news.length > MOST_LOGGED)
    log.warn({ installation: name, more: news.length - MOST_LOGGED }, 'more notices like these')
}
