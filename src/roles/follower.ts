import { anyFault } from '../adapters/cluster/any-fault.ts'
import { fault } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import { type Polling, startPolling } from '../stages/poll/polling.ts'
import { faultFields, type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { Reeve } from './reeve.ts'
import { SpareMemory } from './spare-memory.ts'
import { Stall } from './stall.ts'

export interface FollowerOptions {
  readonly settings: Settings
  readonly reeve: Reeve
  readonly log: Log
  readonly metrics: Metrics
}

/** A commit, and when it came (performance.now()). */
interface Arrival {
  readonly commit: string
  readonly at: number
}

/** Follows the branch: asks the remote for its head, and moves the fleet to each new one. */
export class Follower {
  /** It ends when what the remote says is there is here. */
  readonly stall = new Stall()
  readonly #options: FollowerOptions
  readonly #memory = new SpareMemory()
  #polling: Polling | undefined
  #hasBranch = true
  /** What was not in sync when it was last told. */
  #behind: Arrival | undefined
  /** Why the fleet could not be moved to the latest commit. */
  #stuck: string | undefined
  #looking = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Why the fleet is not at any commit yet, or not at the branch's; undefined where it is. */
  get notReady(): string | undefined {
    const isAnywhere = this.#options.reeve.controller.commit !== undefined
    return this.#stuck ?? this.stall.notReady ?? (isAnywhere ? undefined : 'no commit yet')
  }

  start(): void {
    this.#options.metrics.onStall(() => this.stall.ms)
    const { poll } = this.#options.settings
    this.#options.reeve.controller.onRound(() => {
      this.#memory.note()
      void this.#sayWhenCaughtUp()
    })
    this.#polling = startPolling({
      rhythm: 'schedule' in poll ? poll : { interval: poll.intervalMs },
      ask: (signal) => this.#ask(signal),
      onHead: (head) => this.#onHead(head),
      onError: (error, retryInMs) => this.#onError(error, retryInMs),
    })
  }

  pollNow(): void {
    this.#polling?.pollNow()
  }

  async stop(): Promise<void> {
    this.#memory.close()
    await this.#polling?.stop()
    this.stall.end()
  }

  /** The head where it is another than the fleet's; a branch that is gone leaves the fleet where it is. */
  async #ask(signal: AbortSignal): Promise<string | undefined> {
    const { settings, reeve, metrics, log } = this.#options
    this.stall.begin()
    const head = await reeve.repository.headOf(settings.branch, { signal })
    if (head === undefined) {
      this.stall.end()
      if (this.#hasBranch)
        log.warn(faultFields(fault('git-no-branch', settings.branch)), 'the branch is gone')
      this.#hasBranch = false
      await this.#fallBack()
      return undefined
    }
    this.#hasBranch = true
    const isNew = head !== reeve.controller.commit
    if (!isNew) this.stall.end()
    metrics.polled(isNew ? 'changed' : 'unchanged')
    if (!isNew) this.#stuck = undefined
    if (!isNew && (await reeve.hasNewKeys())) await this.#decryptAgain(head)
    return isNew ? head : undefined
  }

  async #onHead(head: string): Promise<void> {
    const { reeve, settings, log } = this.#options
    const at = performance.now()
    const commit = await reeve.repository.fetch(settings.branch, { head })
    this.stall.end()
    log.info({ commit, before: reeve.controller.commit, asked: head }, 'new commit')
    if (commit !== head) this.pollNow() // which of the two is newer only the remote can tell
    await this.#moveTo(commit)
    void this.#sayWhenDone({ commit, at })
  }

  /** Nothing follows the branch while that fails; an API server that is away comes back by itself. */
  async #moveTo(commit: string): Promise<void> {
    try {
      await this.#options.reeve.moveTo(commit)
      this.#stuck = undefined
    } catch (error) {
      const { code, message } = anyFault(error)
      if (code !== 'unavailable') this.#stuck = `stuck before commit ${commit.slice(0, 7)}: ${message}`
      if (code === 'internal') logUnforeseen(this.#options.log)(error, anyFault(error))
      throw error
    }
  }

  /** What could not be decrypted is tried again with keys that are new. */
  async #decryptAgain(commit: string): Promise<void> {
    const { reeve, log } = this.#options
    const at = performance.now()
    log.info({ commit }, 'decrypting again: there are new keys')
    await reeve.moveTo(commit)
    void this.#sayWhenDone({ commit, at })
  }

  /** Says so when all that the commit asks for is done, unless the next one comes first. */
  async #sayWhenDone(arrival: Arrival): Promise<void> {
    const { controller } = this.#options.reeve
    this.#behind = undefined
    const undone = (await controller.settled()) + this.#options.reeve.late
    if (controller.commit !== arrival.commit) return
    if (undone === 0) return this.#sayInSync(arrival)
    this.#behind = arrival
    this.#options.log.warn({ ...this.#fieldsOf(arrival), undone }, 'not in sync')
  }

  /** Says so when what was left undone then is done. */
  async #sayWhenCaughtUp(): Promise<void> {
    const behind = this.#behind
    if (behind === undefined || this.#looking) return
    this.#looking = true
    const { controller } = this.#options.reeve
    const undone = (await controller.settled()) + this.#options.reeve.late
    this.#looking = false
    if (undone > 0 || controller.commit !== behind.commit || behind !== this.#behind) return
    this.#behind = undefined
    this.#sayInSync(behind)
  }

  #sayInSync(arrival: Arrival): void {
    this.#options.log.info(this.#fieldsOf(arrival), 'in sync')
  }

  #fieldsOf({ commit, at }: Arrival) {
    const members = [...this.#options.reeve.controller.declared.members.values()]
    const objects = members.reduce((sum, member) => sum + member.objects.size, 0)
    const seconds = Math.round(performance.now() - at) / 1000
    return { commit, installations: members.length, objects, seconds }
  }

  async #onError(error: unknown, retryInMs: number): Promise<void> {
    const { log, metrics } = this.#options
    metrics.polled('error')
    const problem = anyFault(error)
    this.stall.fail(problem.message)
    log.warn({ ...faultFields(problem), retryInMs }, 'could not follow the branch')
    await this.#fallBack()
  }

  /** Where the remote has nothing to say at a start, the commit that was fetched last still counts. */
  async #fallBack(): Promise<void> {
    const { reeve, settings, log } = this.#options
    if (reeve.controller.commit !== undefined) return
    try {
      const commit = await reeve.repository.localHead(settings.branch)
      if (commit === undefined) return
      log.warn({ commit }, 'going on with the commit fetched last')
      await reeve.moveTo(commit)
    } catch (error) {
      log.warn(faultFields(anyFault(error)), 'the commit fetched last can not be used')
    }
  }
}
