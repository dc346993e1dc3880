import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommitRange } from '../../adapters/git/commit-range.ts'
import { credentialsFrom } from '../../adapters/git/credentials.ts'
import { GIT_LIMITS, type GitLimits } from '../../adapters/git/git-limits.ts'
import type { GitRemote } from '../../adapters/git/remote.ts'
import { openRepository, type Repository } from '../../adapters/git/repository.ts'
import { NETWORK_LIMITS, type NetworkLimits } from '../../adapters/source/network/limits.ts'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import { FaultError, faultOf } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { Commit, Snapshot } from '../../model/snapshot.ts'
import { NO_COMMIT } from '../../stages/snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../../stages/snapshot/take-snapshot.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { Ancestry } from './held-commit.ts'
import { Keyring } from './keyring.ts'

/** Maximum number of commits that are looked through, on the way back from the head. */
const COMMITS_LOOKED_AT = 1_000
/** Maximum wait for other fetches when an earlier commit is wanted, in milliseconds. */
const TURN_WITHIN_MS = 60_000

export interface RepositoryPartsOptions {
  readonly settings: Settings
  readonly log: Log
  /** For the local copy and the templates of other places; the data directory by default. */
  readonly directory?: string
  /** Told when a template of another place is asked for again. */
  readonly onRetry?: () => void
  /** Called when all is closed. */
  readonly onClosed?: () => void
}

/** One Repository: its local copy, the templates that it names elsewhere, and the keys to its files. */
export class RepositoryParts implements AsyncDisposable {
  readonly repository: Repository
  readonly sources: TemplateSources
  readonly keyring: Keyring
  readonly #settings: Settings
  readonly #onClosed: (() => void) | undefined

  private constructor(repository: Repository, options: RepositoryPartsOptions) {
    const { settings } = options
    this.repository = repository
    this.sources = openSources(options)
    this.keyring = new Keyring(settings.keys)
    this.#settings = settings
    this.#onClosed = options.onClosed
  }

  /**
   * Asks the remote nothing yet.
   * @throws FaultError bad-option, data-dir-locked, data-dir-unusable
   */
  static async open(options: RepositoryPartsOptions): Promise<RepositoryParts> {
    return new RepositoryParts(await openLocalCopy(options), options)
  }

  /** @throws FaultError where the remote has no such commit, or cannot tell */
  snapshotAt(commit: string): Promise<Snapshot> {
    return takeSnapshot(this.repository, commit, this.#settings.path)
  }

  /** An earlier commit, fetched where it is not here; undefined where it is gone. */
  async pastSnapshot(commit: string): Promise<Snapshot | undefined> {
    if (!(await this.#bring(commit))) return undefined
    return this.snapshotAt(commit).catch(unlessGone)
  }

  /**
   * Full ids of the commits that `to` has and `from` has not, newest first, as far as they are here. A
   * directory comes after the branch as it was fetched last.
   */
  async commitIdsBetween(from: string, to: string): Promise<readonly string[]> {
    const head = to === NO_COMMIT.oid ? await this.repository.localHead(this.#settings.branch) : to
    if (head === undefined) return []
    const commits = await this.repository.commitsBetween(from, head, COMMITS_LOOKED_AT)
    return commits.map(({ oid }) => oid)
  }

  /** A range of commits, as far as they are here. */
  async commits({ from, to, inclusive }: CommitRange): Promise<readonly Commit[]> {
    const { repository } = this
    const since = from === undefined ? [] : await repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
    const ends = await Promise.all(
      [to, ...(inclusive && from ? [from] : [])].map((oid) => repository.readCommit(oid)),
    )
    const found = [...since, ...ends].flatMap((commit) => commit ?? [])
    return [...new Map(found.map((commit) => [commit.oid, commit])).values()]
  }

  /** What the local copy knows of its history. */
  get ancestry(): Ancestry {
    const { repository } = this
    return {
      has: async (head, commit) => {
        if ((await repository.readCommit(commit)) === undefined) return false
        return (await repository.commitsBetween(head, commit, 1)).length === 0
      },
      since: async (commit, head) => {
        const commits = await repository.commitsBetween(commit, head, COMMITS_LOOKED_AT)
        return new Set(commits.map(({ oid }) => oid))
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sources[Symbol.asyncDispose]()
    await this.repository[Symbol.asyncDispose]()
    this.#onClosed?.()
  }

  /**
   * Servers hand out by id what is reachable from a branch, also where the local copy is shallow.
   * @returns false where the commit is gone
   * @throws FaultError where the remote cannot tell
   */
  async #bring(commit: string): Promise<boolean> {
    const { branch } = this.#settings
    const found = await this.repository
      .fetchCommit(commit, { branch, turnWithinMs: TURN_WITHIN_MS })
      .catch(unlessGone)
    return found !== undefined
  }
}

/**
 * Opens a Repository beside a controller, which has the data directory for itself. Where another command
 * reads at the same time, this one clones for itself.
 */
export async function openForReading(settings: Settings, log: Log): Promise<RepositoryParts> {
  try {
    return await RepositoryParts.open({ settings, log, directory: `${settings.dataDir}-plan` })
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.code !== 'data-dir-locked') throw error
    return openTemporarily(settings, log)
  }
}

async function openTemporarily(settings: Settings, log: Log): Promise<RepositoryParts> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-plan-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', remove)
  const onClosed = () => {
    process.off('exit', remove)
    remove()
  }
  return RepositoryParts.open({ settings, log, directory, onClosed })
}

function openLocalCopy({
  settings,
  log,
  directory = settings.dataDir,
}: RepositoryPartsOptions): Promise<Repository> {
  return openRepository({
    directory,
    remote: remoteOf(settings),
    limits: gitLimits(settings),
    onWarning: (problem) => log.warn(faultFields(problem), 'local clone damaged; cloning again'),
    onSilence: (request, silentMs) =>
      log.warn({ request, seconds: Math.round(silentMs / 1000) }, 'the Git remote does not answer'),
  })
}

/** Asks nobody yet. */
function openSources({
  settings,
  log,
  directory = settings.dataDir,
  onRetry,
}: RepositoryPartsOptions): TemplateSources {
  return new TemplateSources({
    onRetry,
    directory: join(directory, 'sources'),
    own: remoteOf(settings),
    limits: networkLimits(settings),
    onNote: ({ level, message, fields, fault }) =>
      log[level]({ ...fields, ...(fault && faultFields(fault)) }, message),
  })
}

function gitLimits({ gitTimeoutMs, gitMinRate }: Settings): Partial<GitLimits> {
  return {
    ...(gitTimeoutMs !== undefined && { exchangeMs: gitTimeoutMs }),
    ...(gitMinRate !== undefined && { rate: { ...GIT_LIMITS.rate, bytesPerSecond: gitMinRate } }),
  }
}

function networkLimits({ gitMinRate }: Settings): Partial<NetworkLimits> {
  return gitMinRate === undefined ? {} : { rate: { ...NETWORK_LIMITS.rate, bytesPerSecond: gitMinRate } }
}

function remoteOf({ repo, credentials }: Settings): GitRemote {
  const { username, passwordFile, tokenFile, password, token } = credentials
  const env = { REEVE_GIT_PASSWORD: password?.reveal(), REEVE_GIT_TOKEN: token?.reveal() }
  return { url: repo, credentials: credentialsFrom({ username, passwordFile, tokenFile, env }) }
}

function unlessGone(error: unknown): undefined {
  const { fault } = error instanceof FaultError ? error : new FaultError(faultOf(error), { cause: error })
  if (fault.code !== 'git-no-commit' && fault.code !== 'git-no-path')
    throw new FaultError(fault, { cause: error })
}
