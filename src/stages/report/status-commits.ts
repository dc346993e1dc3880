import { isDeepStrictEqual } from 'node:util'
import { type Fault, faultOf } from '../../model/fault.ts'
import type { Change, InstallationStatus } from '../../model/status.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { byName, readRecords } from './read-records.ts'
import { statusFiles, statusRecord } from './status-files.ts'
import { statusMessage } from './status-message.ts'
import type { Statuses } from './statuses.ts'

/**
 * Delay before a status commit after the latest change, in milliseconds; PATIENCE_MS is the maximum after the
 * first.
 */
const QUIET_MS = 1_000
const PATIENCE_MS = 5_000

export interface StatusCommitsOptions {
  readonly cluster: string
  readonly statuses: Statuses
  /** Reads the status branch's files; an empty map where there is no branch. */
  readonly read: () => Promise<ReadonlyMap<string, string>>
  /** Makes the branch hold exactly these files; undefined where it already does. */
  readonly write: (files: ReadonlyMap<string, string>, message: string) => Promise<string | undefined>
  readonly onCommit: (commit: string, subject: string) => void
  readonly onError: (fault: Fault, retryInMs: number) => void
}

/**
 * Keeps the status branch in sync with the statuses. Only transitions make commits. A remote that refuses or
 * cannot be reached blocks nothing else: the record is completed when it is back.
 */
export class StatusCommits implements AsyncDisposable {
  readonly #options: StatusCommitsOptions
  readonly #unsubscribe: () => void
  /** The records last known to be on the branch, by name. */
  #written: ReadonlyMap<string, string> = new Map()
  /** Changes in those records, by name: reported once, not with each later transition. */
  #told: ReadonlyMap<string, readonly Change[]> = new Map()
  readonly #texts = new WeakMap<InstallationStatus, string>()
  #timer: NodeJS.Timeout | undefined
  #waitingSince: number | undefined
  #failures = 0
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: StatusCommitsOptions) {
    this.#options = options
    this.#unsubscribe = options.statuses.onTransition(() => this.#schedule())
  }

  /**
   * Restores the records of an earlier Reeve.
   * @throws FaultError where the branch cannot be read
   */
  async load(): Promise<void> {
    const { statuses } = this.#options
    const read = readRecords(await this.#options.read())
    for (const { record, text } of read.values()) if (record) this.#texts.set(record, text)
    statuses.restore(byName(read).values())
    this.#written = this.#records()
    this.#told = changesIn(statuses.all())
  }

  /** Writes pending transitions now. Resolves after one attempt; a failure is retried later. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waitingSince = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /**
   * Stops writing, leaves pending transitions unwritten, and no longer reports the result of a write in
   * progress.
   */
  discard(): void {
    this.#closed = true
    this.#unsubscribe()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Makes one last attempt to write pending transitions, then stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== undefined) await this.flush()
    else await this.#writing
    this.discard()
  }

  #schedule(delay = QUIET_MS): void {
    if (this.#closed) return
    const now = Date.now()
    this.#waitingSince ??= now
    const patience = this.#waitingSince + Math.max(delay, PATIENCE_MS) - now
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(delay, patience)))
  }

  async #write(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#record()
    } catch (error) {
      this.#retry(error)
    }
  }

  async #record(): Promise<void> {
    const { cluster, statuses: known } = this.#options
    const statuses = [...known.all()]
    const records = this.#records()
    const changed = statuses.filter(({ name }) => records.get(name) !== this.#written.get(name))
    const gone = [...this.#written.keys()].filter((name) => !records.has(name))
    if (changed.length === 0 && gone.length === 0) return
    changed.sort((a, b) => (a.name < b.name ? -1 : 1))
    const news = changed.map((status) => (this.#isTold(status) ? { ...status, changes: [] } : status))
    const message = statusMessage({ cluster, commit: known.head, changed: news, gone })
    const commit = await this.#options.write(statusFiles(cluster, statuses, records), message)
    this.#written = records
    this.#told = changesIn(statuses)
    this.#failures = 0
    if (commit !== undefined) this.#options.onCommit(commit, message.slice(0, message.indexOf('\n')))
  }

  #isTold({ name, changes }: InstallationStatus): boolean {
    return isDeepStrictEqual(this.#told.get(name), changes)
  }

  #retry(error: unknown): void {
    if (this.#closed) return
    this.#failures += 1
    const delay = retryDelay(this.#failures)
    this.#options.onError(faultOf(error), delay)
    this.#schedule(delay)
  }

  #records(): ReadonlyMap<string, string> {
    return new Map([...this.#options.statuses.all()].map((status) => [status.name, this.#recordOf(status)]))
  }

  /** Serializes each status once: writing YAML is the expensive part. */
  #recordOf(status: InstallationStatus): string {
    const text = this.#texts.get(status) ?? statusRecord(this.#options.cluster, status)
    this.#texts.set(status, text)
    return text
  }
}

function changesIn(statuses: Iterable<InstallationStatus>): ReadonlyMap<string, readonly Change[]> {
  return new Map([...statuses].map(({ name, changes }) => [name, changes]))
}
