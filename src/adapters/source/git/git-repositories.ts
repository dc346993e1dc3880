import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { Budgets } from '../../../model/budgets.ts'
import { describeMs } from '../../../model/describe-ms.ts'
import { type FaultError, isFault } from '../../../model/fault.ts'
import type { FileTree } from '../../../model/snapshot.ts'
import type { GitReference } from '../../../model/template.ts'
import { pause } from '../../../support/concurrency/pause.ts'
import { type DownloadRoom, NoRoom } from '../../../support/exchange/download-room.ts'
import type { Trust } from '../../../support/exchange/trust.ts'
import type { ReadCredentials } from '../../git/credentials.ts'
import { fileTree } from '../../git/file-tree.ts'
import type { ForeignRemote } from '../../git/foreign-remote.ts'
import { openRepository, type Repository } from '../../git/repository.ts'
import type { NetworkLimits } from '../network/limits.ts'
import { sourceFault } from '../source-fault.ts'
import type { OnNote } from '../source-note.ts'
import { removeClones } from './remove-clones.ts'

/** Maximum size of all clones when another one is opened, in bytes. */
const MOST_BYTES = 512 << 20
/** No branch is followed: each commit is fetched on its own. */
const NO_BRANCH = 'none'

export interface GitRepositoriesOptions {
  /** Holds a clone for each URL. */
  readonly directory: string
  readonly limits: NetworkLimits
  /** The credentials for a URL. */
  readonly credentialsFor: (url: string) => ReadCredentials | undefined
  readonly onNote: OnNote
  /** Called at each retry. */
  readonly onRetry: () => void
  readonly closed: AbortSignal
  readonly trust: Trust | undefined
  /** What holds for repositories that others than the administrator name. */
  readonly foreign: ForeignRemote
  readonly budgets: Budgets
  /** For all fetches, and other downloads. */
  readonly room: DownloadRoom
}

/** Other Git repositories. A fetched commit is available without network, even after a restart. */
export class GitRepositories implements AsyncDisposable {
  readonly #options: GitRepositoriesOptions
  /** By the name of the clone's directory. */
  readonly #open = new Map<string, Promise<Repository>>()

  constructor(options: GitRepositoriesOptions) {
    this.#options = options
  }

  /**
   * The files of a commit.
   * @throws FaultError of Git, or template-digest if the remote has another commit by that name
   */
  async tree({ url, commit }: GitReference): Promise<FileTree> {
    const parsed = URL.parse(url)
    if (parsed !== null) this.#options.foreign.check(parsed)
    const repository = await this.#repository(url)
    const found = await this.#fetch(repository, commit)
    if (found !== commit) throw sourceFault('template-digest', `${url} returned ${found} for ${commit}`)
    return fileTree(repository, commit)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const repositories = await Promise.allSettled(this.#open.values())
    await Promise.all(
      repositories.map((each) =>
        each.status === 'fulfilled' ? each.value[Symbol.asyncDispose]() : undefined,
      ),
    )
  }

  async #fetch(repository: Repository, commit: string): Promise<string> {
    const { limits, closed, onRetry, room } = this.#options
    const pace = { firstMs: limits.pauseMs, longestMs: limits.againAtLatestMs }
    const late = AbortSignal.timeout(limits.fetchMs)
    using claim = room.claim() // until all of the answer is stored
    const signal = AbortSignal.any([late, closed, claim.signal])
    for (let attempt = 1; ; attempt += 1) {
      claim.begin()
      try {
        return await repository.fetchCommit(commit, { branch: NO_BRANCH, depth: 1, signal, claim })
      } catch (error) {
        if (late.aborted) throw tooSlow(repository.url, limits)
        if (claim.signal.reason instanceof NoRoom) throw claim.signal.reason
        if (attempt >= limits.tries || signal.aborted || !isAway(error)) throw error
      }
      await pause(attempt, pace, signal)
      onRetry()
    }
  }

  #repository(url: string): Promise<Repository> {
    const name = hash('sha256', url).slice(0, 16)
    const known = this.#open.get(name)
    if (known) return known
    const opened = this.#openClone(url, name)
    this.#open.set(name, opened)
    opened.catch(() => this.#open.delete(name)) // the caller gets the error, the next call asks again
    return opened
  }

  async #openClone(url: string, name: string): Promise<Repository> {
    const { directory, limits, credentialsFor, onNote, trust, foreign, budgets } = this.#options
    await removeClones(directory, MOST_BYTES, new Set(this.#open.keys()))
    const credentials = credentialsFor(url)
    return openRepository({
      directory: join(directory, name),
      remote: { url, ...(credentials && { credentials }) },
      trust,
      foreign,
      budgets,
      limits: { silenceMs: limits.firstByteMs, exchangeMs: limits.fetchMs, rate: limits.rate },
      onWarning: (fault) =>
        onNote({
          level: 'warn',
          message: 'local clone damaged; cloning again',
          fields: { url },
          fault,
        }),
    })
  }
}

function tooSlow(url: string, { fetchMs }: NetworkLimits): FaultError {
  return sourceFault('template-unavailable', `${url}: the fetch did not finish within ${describeMs(fetchMs)}`)
}

function isAway(error: unknown): boolean {
  return isFault(error, 'git-unreachable', 'git-tls')
}
