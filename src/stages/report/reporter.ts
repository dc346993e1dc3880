import { isDeepStrictEqual } from 'node:util'
import { type Fault, faultOf } from '../../model/fault.ts'
import type { Change, InstallationStatus } from '../../model/status.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { byName, readRecords } from './read-records.ts'
import { statusFiles, statusRecord } from './status-files.ts'
import { statusMessage } from './status-message.ts'

/** A status commit waits this long for further changes, but never longer than the second. */
const QUIET_MS = 1_000
const PATIENCE_MS = 5_000

export interface ReporterOptions {
  readonly cluster: string
  /** The status branch's files as they are; an empty map where there is no branch. */
  readonly read: () => Promise<ReadonlyMap<string, string>>
  /** Makes the branch hold exactly these files; undefined where it does already. */
  readonly write: (files: ReadonlyMap<string, string>, message: string) => Promise<string | undefined>
  readonly onCommit: (commit: string, subject: string) => void
  readonly onError: (fault: Fault, retryInMs: number) => void
}

/**
 * Keeps the status branch equal to what the installations are. Only transitions make commits, and a
 * remote that refuses or can't be reached stops nobody: the record is completed when it is back.
 */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #statuses = new Map<string, InstallationStatus>()
  /** The records that the branch is known to hold, by name. */
  #written: ReadonlyMap<string, string> = new Map()
  /** What those records say was changed, by name: told once, not with each later transition. */
  #told: ReadonlyMap<string, readonly Change[]> = new Map()
  readonly #texts = new WeakMap<InstallationStatus, string>()
  #head = ''
  #timer: NodeJS.Timeout | undefined
  #waitingSince: number | undefined
  #failures = 0
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** Reads what an earlier Reeve recorded. Starts empty where the branch can't be read. */
  async load(): Promise<ReadonlyMap<string, InstallationStatus>> {
    const files = await this.#options.read()
    const read = readRecords(files)
    for (const { record, text } of read.values()) if (record) this.#texts.set(record, text)
    for (const [name, status] of byName(read)) this.#statuses.set(name, status)
    this.#written = this.#records()
    this.#told = changesIn(this.#statuses.values())
    return this.#statuses
  }

  get(name: string): InstallationStatus | undefined {
    return this.#statuses.get(name)
  }

  all(): Iterable<InstallationStatus> {
    return this.#statuses.values()
  }

  /** The commit that the fleet is at: what status commits name in Reeve-Commit. */
  moveTo(commit: string): void {
    this.#head = commit
  }

  update(status: InstallationStatus): void {
    if (isDeepStrictEqual(status, this.#statuses.get(status.name))) return
    this.#statuses.set(status.name, status)
    this.#schedule()
  }

  remove(name: string): void {
    if (this.#statuses.delete(name)) this.#schedule()
  }

  /** Writes now what is not written yet. Resolves when tried once; a failure is tried again later. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waitingSince = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Writes nothing more, leaves open what is open, and no longer says what becomes of a write under way. */
  discard(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Tries once more to write what is open, then stops for good. */
  async close(): Promise<void> {
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
    const statuses = [...this.#statuses.values()]
    const records = this.#records()
    const changed = statuses.filter(({ name }) => records.get(name) !== this.#written.get(name))
    const gone = [...this.#written.keys()].filter((name) => !records.has(name))
    if (changed.length === 0 && gone.length === 0) return
    changed.sort((a, b) => (a.name < b.name ? -1 : 1))
    const { cluster } = this.#options
    const news = changed.map((status) => (this.#isTold(status) ? { ...status, changes: [] } : status))
    const message = statusMessage({ cluster, commit: this.#head, changed: news, gone })
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
    return new Map([...this.#statuses].map(([name, status]) => [name, this.#recordOf(status)]))
  }

  /** Writing YAML is the dear part: done once for each status. */
  #recordOf(status: InstallationStatus): string {
    const text = this.#texts.get(status) ?? statusRecord(this.#options.cluster, status)
    this.#texts.set(status, text)
    return text
  }
}

function changesIn(statuses: Iterable<InstallationStatus>): ReadonlyMap<string, readonly Change[]> {
  return new Map([...statuses].map(({ name, changes }) => [name, changes]))
}
