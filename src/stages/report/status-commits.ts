import { isDeepStrictEqual } from 'node:util'
import { type Fault, FaultError, faultOf } from '../../model/fault.ts'
import type { JsonValue } from '../../model/json.ts'
import type { RefusedHead } from '../../model/refused-head.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { branchNote } from './branch-record.ts'
import type { ChangedRecord, RemovedRecord } from './changed-records.ts'
import { bothChanges, type Changes, isEmpty, NO_CHANGES, unlisted, withWrites } from './changes.ts'
import { byName, readRecords } from './read-records.ts'
import { groupNote } from './rollouts/group-note.ts'
import { groupRecordsIn } from './rollouts/group-page.ts'
import type { GroupStatuses, GroupTransition } from './rollouts/group-statuses.ts'
import { statusMessage } from './status-message.ts'
import { StatusPages } from './status-pages.ts'
import { BRANCH_RECORD, isGroupPath } from './status-path.ts'
import { statusRecord } from './status-record.ts'
import type { Statuses, Transition } from './statuses.ts'

/**
 * Delay before a status commit after the latest change, in milliseconds; PATIENCE_MS is the maximum after the
 * first.
 */
const QUIET_MS = 1_000
const PATIENCE_MS = 5_000

export interface StatusCommitsOptions {
  readonly cluster: string
  readonly statuses: Statuses
  readonly groups: GroupStatuses
  /** Reads the status branch's files; an empty map where there is no branch. */
  readonly read: () => Promise<ReadonlyMap<string, string>>
  /**
   * Makes the branch hold exactly these files; undefined where it already does, unless the message is to be told
   * anyway.
   */
  readonly write: (
    files: ReadonlyMap<string, string>,
    message: string,
    isNews: boolean,
  ) => Promise<string | undefined>
  /** Whether the branch is as it was written or read last. */
  readonly isAsLeft: () => Promise<boolean>
  readonly onCommit: (commit: string, subject: string) => void
  readonly onError: (fault: Fault, retryInMs: number) => void
}

/** What no commit tells yet. */
interface Untold {
  /** Installations with transitions, and their writes. */
  readonly writes: Map<string, Changes>
  /** What stays of those that are gone, one line each. */
  readonly left: Map<string, readonly string[]>
  /** What else happened, one line each. */
  readonly notes: Set<string>
  /** Whether some group's record changed. */
  groups: boolean
  /** Whether the notes make a commit where no record changes. */
  isNews: boolean
}

/** A record on the branch. */
interface Recorded {
  readonly status: InstallationStatus
  /** The status as text. */
  readonly plain: string
  /** The record; until the status changes, it has its writes for earlier commits as well. */
  readonly text: string
}

/**
 * Keeps the status branch in sync with the statuses. Only transitions make commits, and each write is in
 * exactly one. A remote that refuses or cannot be reached blocks nothing else: the record is completed when
 * it is back.
 */
export class StatusCommits implements AsyncDisposable {
  readonly #options: StatusCommitsOptions
  readonly #unsubscribe: () => void
  readonly #pages: StatusPages
  /** The records last known to be on the branch, by name. */
  #recorded: ReadonlyMap<string, Recorded> = new Map()
  #untold: Untold = nothing()
  /** Installations that took objects over at a head, by the names of those that had them. */
  #moved: { readonly head: string; readonly takers: ReadonlyMap<string, string> } = {
    head: '',
    takers: new Map(),
  }
  /** Records of groups as they were read, until this Reeve knows them. */
  #read: ReadonlyMap<string, string> = new Map()
  #refused: RefusedHead | undefined
  /** Whether the branch says that a head is not applied. */
  #tellsRefused = false
  #timer: NodeJS.Timeout | undefined
  #waitingSince: number | undefined
  #failures = 0
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: StatusCommitsOptions) {
    this.#options = options
    this.#pages = new StatusPages(options.cluster)
    this.#unsubscribe = options.statuses.onTransition((transition) => this.#onTransition(transition))
    options.groups.onTransition((transition) => this.#onGroup(transition))
  }

  /**
   * Restores the records of an earlier Reeve.
   * @throws FaultError where the branch cannot be read
   */
  async load(): Promise<void> {
    const files = await this.#options.read()
    const read = readRecords(files)
    const records = byName(read)
    this.#pages.noteLayout(files.keys())
    this.#read = new Map([...files].filter(([path]) => isGroupPath(path)))
    this.#tellsRefused = files.has(BRANCH_RECORD)
    this.#options.statuses.restore(records.values())
    const texts = [...read.values()].flatMap(({ record, text }) =>
      record !== undefined && records.get(record.name) === record
        ? [[record.name, { status: record, plain: text, text }] as const]
        : [],
    )
    this.#recorded = new Map(texts)
  }

  /** What the branch remembered of groups when it was read; others may have written it. */
  get groupRecords(): ReadonlyMap<string, JsonValue> {
    return groupRecordsIn(this.#read)
  }

  /** What the branch remembers of groups is what this Reeve knows from now on. */
  noteGroupsKnown(): void {
    if (this.#read.size === 0) return
    this.#read = new Map()
    this.#untold.groups = true
    this.#schedule()
  }

  /** Adds a line to the next status commit, which it causes. */
  note(line: string): void {
    this.#untold.notes.add(line)
    this.#untold.isNews = true
    this.#schedule()
  }

  /** Records that a head of the followed branch is not applied, or that this one is. */
  noteHead(branch: string, commit: string, refused: RefusedHead | undefined): void {
    if (refused === undefined && !this.#tellsRefused && this.#refused === undefined) return
    if (refused !== undefined && isDeepStrictEqual(refused, this.#refused)) return
    if (refused === undefined) this.#tellsRefused = false // told by the next commit
    this.#refused = refused
    this.#untold.notes.add(branchNote(branch, commit, refused))
    this.#schedule()
  }

  /** Puts the branch right if it was deleted, or if others changed the record. */
  async verify(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const isAsLeft = await this.#options.isAsLeft().catch((error: unknown) => {
        if (!(error instanceof FaultError)) throw error
        return true // the remote is away, which following the branch reports
      })
      if (isAsLeft || this.#closed) return
      this.#untold.notes.add('status branch put right: it was changed by others')
      await this.#write()
    })
    return this.#writing
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

  #onTransition({ name, writes, left = [] }: Transition): void {
    const known = this.#untold.writes.get(name) ?? NO_CHANGES
    this.#untold.writes.set(name, withWrites(known, writes))
    this.#untold.left.set(name, left)
    this.#schedule()
  }

  #onGroup(transition: GroupTransition): void {
    const note = groupNote(transition)
    if (note !== undefined) this.#untold.notes.add(note)
    this.#untold.groups = true
    this.#schedule()
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
    const telling = this.#untold
    this.#untold = nothing()
    try {
      await this.#record(telling)
    } catch (error) {
      this.#untold = both(telling, this.#untold)
      this.#retry(error)
    }
  }

  async #record({ writes, left, notes, groups, isNews }: Untold): Promise<void> {
    const { cluster, statuses } = this.#options
    const names = [...writes.keys()].sort()
    const changed = names.flatMap((name) => this.#changed(name, writes.get(name) ?? NO_CHANGES))
    const { head } = statuses
    // What had them may be told to be gone only by a later commit.
    const known = this.#moved.head === head ? this.#moved.takers : []
    const takers = new Map([...known, ...takersIn(writes)])
    const gone = names.flatMap((name) =>
      this.#removed({
        name,
        writes: writes.get(name) ?? NO_CHANGES,
        movedTo: takers.get(name),
        left: left.get(name) ?? [],
      }),
    )
    if (changed.length === 0 && gone.length === 0 && notes.size === 0 && !groups) return
    const recorded = new Map(this.#recorded)
    for (const { status, record } of changed) recorded.set(status.name, record)
    for (const { name } of gone) recorded.delete(name)
    const refused = this.#refused
    const message = statusMessage({ cluster, commit: head, changed, gone, notes: [...notes] })
    const commit = await this.#options.write(this.#filesOf(recorded.values(), refused), message, isNews)
    this.#recorded = recorded
    this.#moved = { head, takers }
    this.#tellsRefused = refused !== undefined
    this.#failures = 0
    if (commit !== undefined) this.#options.onCommit(commit, message.slice(0, message.indexOf('\n')))
  }

  #filesOf(recorded: Iterable<Recorded>, refused: RefusedHead | undefined): ReadonlyMap<string, string> {
    const groups = [...this.#options.groups.all()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return new Map([...this.#read, ...this.#pages.of(recorded, refused, groups)])
  }

  /** Empty where the record on the branch is current and there is no write to tell. */
  #changed(name: string, writes: Changes): readonly (ChangedRecord & { readonly record: Recorded })[] {
    const { statuses, cluster } = this.#options
    const status = statuses.get(name)
    if (status === undefined) return []
    const text = statusRecord(cluster, status)
    if (isEmpty(writes) && this.#recorded.get(name)?.plain === text) return []
    const earlier = unlisted(writes, status)
    const full = isEmpty(earlier)
      ? text
      : statusRecord(cluster, { ...status, ...bothChanges(earlier, status) })
    return [{ status, writes, record: { status, plain: text, text: full } }]
  }

  #removed(removed: RemovedRecord): readonly RemovedRecord[] {
    const { name, writes } = removed
    if (this.#options.statuses.get(name) !== undefined) return []
    if (isEmpty(writes) && !this.#recorded.has(name)) return []
    return [removed]
  }

  #retry(error: unknown): void {
    if (this.#closed) return
    this.#failures += 1
    const delay = retryDelay(this.#failures)
    this.#options.onError(faultOf(error), delay)
    this.#schedule(delay)
  }
}

function nothing(): Untold {
  return { writes: new Map(), left: new Map(), notes: new Set(), groups: false, isNews: false }
}

/** Installations that took objects over, by the names of those that had them. */
function takersIn(writes: Untold['writes']): ReadonlyMap<string, string> {
  const takers = new Map<string, string>()
  for (const [name, { changes }] of writes)
    for (const { from } of changes) if (from !== undefined && !takers.has(from)) takers.set(from, name)
  return takers
}

function both(earlier: Untold, later: Untold): Untold {
  const writes = new Map(earlier.writes)
  for (const [name, changes] of later.writes)
    writes.set(name, bothChanges(writes.get(name) ?? NO_CHANGES, changes))
  const notes = new Set([...earlier.notes, ...later.notes])
  const left = new Map([...earlier.left, ...later.left])
  return {
    writes,
    left,
    notes,
    groups: earlier.groups || later.groups,
    isNews: earlier.isNews || later.isNews,
  }
}
