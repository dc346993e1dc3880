import { anyFault } from '../../adapters/cluster/any-fault.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import { formatDelay } from '../../model/duration.ts'
import { inertLine } from '../../model/inert-text.ts'
import { BlobIds } from '../../stages/report/blob-ids.ts'
import { readStatusBranch, writeStatusBranch } from '../../stages/report/status-branch.ts'
import { reviewedName, reviewPath } from '../../stages/review/review-path.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { ReviewFiles } from './review-room.ts'

/** Delay before a commit, in milliseconds: reviews come in groups. */
const GATHER_MS = 200
const RETRIES: Pace = { firstMs: 1_000, longestMs: 300_000 }
const WRITE = 'write'
const README = 'README.md'
const FILE = /^(?<name>.+)\.(?:yaml|md)$/

export interface ReviewBranchOptions {
  readonly repository: Pick<Repository, 'url' | 'outbox'>
  /** Without refs/heads/. */
  readonly branch: string
  readonly cluster: string
  readonly log: Log
}

/** The branch that holds the reviews of this cluster, a YAML and a Markdown file each, and nothing else. */
export class ReviewBranch implements AsyncDisposable {
  readonly #options: ReviewBranchOptions
  /** Path → text. */
  readonly #files = new Map<string, string>()
  readonly #ids = new BlobIds()
  readonly #inTurn = new Serial()
  readonly #timers = new Timers()
  readonly #closed = new AbortController()
  /** Names of reviews that changed since the last commit. */
  #changed = new Set<string>()
  #failures = 0

  constructor(options: ReviewBranchOptions) {
    this.#options = options
  }

  /** Reads the reviews that an earlier process left. @throws FaultError git-unreachable, git-unauthorized */
  async load(): Promise<void> {
    const { repository, branch } = this.#options
    const { signal } = this.#closed
    for (const [path, text] of await readStatusBranch(repository, branch, { isOwn, signal }))
      if (!this.#files.has(path)) this.#files.set(path, text)
    const about = readme(this.#options.cluster)
    if (this.#files.get(README) === about) return
    this.#files.set(README, about)
    this.#writeSoon()
  }

  /** The document of a review; undefined where there is none. */
  document(name: string): string | undefined {
    return this.#files.get(`${reviewPath(name)}.yaml`)
  }

  /** Makes another document that of a review that is there; its text stays. */
  redocument(name: string, document: string): void {
    const text = this.#files.get(`${reviewPath(name)}.md`)
    if (text !== undefined) this.put(name, { document, text })
  }

  /** Names of all reviews. */
  names(): readonly string[] {
    return [...this.#files.keys()].flatMap((path) =>
      path.endsWith('.yaml') ? reviewedName(path.slice(0, -'.yaml'.length)) : [],
    )
  }

  /** Length of all files but those of a review, in characters. */
  sizeBeside(name: string): number {
    const own = reviewPath(name)
    let size = 0
    for (const [path, text] of this.#files)
      if (path !== `${own}.yaml` && path !== `${own}.md`) size += text.length
    return size
  }

  /** Makes these the files of a review; undefined removes it. Written soon. */
  put(name: string, files: ReviewFiles | undefined): void {
    const path = reviewPath(name)
    const before = this.#files.get(`${path}.yaml`)
    if (before === files?.document) return
    if (files === undefined) {
      this.#files.delete(`${path}.yaml`)
      this.#files.delete(`${path}.md`)
    } else {
      this.#files.set(`${path}.yaml`, files.document)
      this.#files.set(`${path}.md`, files.text)
    }
    this.#changed.add(name)
    this.#writeSoon()
  }

  /** Writes what is pending, and waits for it. */
  async flush(): Promise<void> {
    this.#timers.runAll()
    await this.#inTurn.idle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    this.#closed.abort()
    this.#timers[Symbol.dispose]()
    await this.#inTurn.idle()
  }

  #writeSoon(delay = GATHER_MS): void {
    this.#timers.setOnce(WRITE, delay, () => void this.#inTurn.run(() => this.#write()))
  }

  async #write(): Promise<void> {
    const { repository, branch, log } = this.#options
    const names = this.#changed
    this.#changed = new Set()
    try {
      const files = new Map(this.#files)
      const message = this.#message(names)
      await writeStatusBranch(repository, {
        branch,
        files,
        message,
        isOwn,
        ids: this.#ids,
        signal: this.#closed.signal,
      })
      this.#failures = 0
    } catch (error) {
      if (this.#closed.signal.aborted) return
      for (const name of names) this.#changed.add(name)
      this.#failures += 1
      const delay = retryDelay(this.#failures, RETRIES)
      log.warn(
        { branch, ...faultFields(anyFault(error)), retryIn: formatDelay(delay) },
        'reviews not recorded',
      )
      this.#timers.cancel(WRITE)
      this.#writeSoon(delay)
    }
  }

  #message(names: ReadonlySet<string>): string {
    const [first, ...others] = names
    const one = first === undefined ? 'Reviews of open changes' : `Review of ${first}`
    const subject = inertLine(others.length === 0 ? one : `Reviews of ${names.size} changes`, () => false)
    return `${subject}\n\nReeve-Cluster: ${this.#options.cluster}\n`
  }
}

/** What the branch is for, so that it is there before the first review: other clusters know of this one by it. */
function readme(cluster: string): string {
  return (
    `# Reviews of open changes, by the Reeve of cluster ${cluster}\n\n` +
    'For each open change: `<change>.md`, the full text of its plan, and `<change>.yaml`, the same for programs.\n'
  )
}

function isOwn(path: string): boolean {
  return FILE.test(path)
}
