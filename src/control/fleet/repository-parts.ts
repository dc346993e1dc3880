import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialsFrom } from '../../adapters/git/credentials.ts'
import { GIT_LIMITS, type GitLimits } from '../../adapters/git/git-limits.ts'
import type { GitRemote } from '../../adapters/git/remote.ts'
import { openRepository, type Repository } from '../../adapters/git/repository.ts'
import { commitSigner } from '../../adapters/git/signature/commit-signer.ts'
import { NETWORK_LIMITS, type NetworkLimits } from '../../adapters/source/network/limits.ts'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import { formatDelay } from '../../model/duration.ts'
import { FaultError, faultOf, isFault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { Commit, Snapshot, VouchedCommit } from '../../model/snapshot.ts'
import { NO_COMMIT } from '../../stages/snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../../stages/snapshot/take-snapshot.ts'
import { type Trust, trustOf } from '../../support/exchange/trust.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { AcceptedCommits } from '../verify/accepted-commits.ts'
import { CommitVerifier } from '../verify/commit-verifier.ts'
import type { Ancestry } from './held-commit.ts'
import { Keyring } from './keyring.ts'

/** Maximum number of commits examined, walking back from the head. */
const COMMITS_LOOKED_AT = 1_000
/** Number of recent commits. */
const RECENT = 200
/** Maximum wait for other fetches before fetching an earlier commit, in milliseconds. */
const TURN_WITHIN_MS = 60_000

/** What commits are verified by. */
export interface Signatures {
  readonly verifier: CommitVerifier
  readonly accepted: AcceptedCommits
}

export interface RepositoryPartsOptions {
  readonly settings: Settings
  readonly log: Log
  /** Holds the local clone and remote templates; the data directory by default. */
  readonly directory?: string
  /** Called when a remote template is requested again. */
  readonly onRetry?: () => void
  /** Called when everything is closed. */
  readonly onClosed?: () => void
}

/** One Repository: its local clone, the remote templates that it names, and the keys to its files. */
export class RepositoryParts implements AsyncDisposable {
  readonly repository: Repository
  readonly sources: TemplateSources
  readonly keyring: Keyring
  /** Absent: commits need no signatures. */
  readonly signatures: Signatures | undefined
  readonly #settings: Settings
  readonly #onClosed: (() => void) | undefined

  private constructor(repository: Repository, sources: TemplateSources, options: RepositoryPartsOptions) {
    const { settings } = options
    this.repository = repository
    this.sources = sources
    this.keyring = new Keyring(settings.keys)
    this.signatures = signaturesOf(repository, options)
    this.#settings = settings
    this.#onClosed = options.onClosed
  }

  /**
   * Does not contact the remote yet.
   * @throws FaultError bad-option, bad-proxy, data-dir-locked, data-dir-unusable
   */
  static async open(options: RepositoryPartsOptions): Promise<RepositoryParts> {
    const trust = trustOf(options.settings.gitCaFile)
    const sources = openSources(options, trust)
    return new RepositoryParts(await openLocalCopy(options, trust), sources, options)
  }

  /** @throws FaultError if the remote lacks the commit, or cannot tell */
  snapshotAt(commit: string): Promise<Snapshot> {
    return takeSnapshot(this.repository, commit, this.#settings.path)
  }

  /**
   * Snapshot of a commit of the followed branch; undefined for any other.
   * @throws FaultError if the remote cannot tell
   */
  async branchSnapshot(commit: string): Promise<Snapshot | undefined> {
    return (await this.isInBranch(commit)) ? this.pastSnapshot(commit) : undefined
  }

  /**
   * Whether the followed branch has a commit; fetches as much of its history as it takes.
   * @throws FaultError if the remote cannot tell
   */
  async isInBranch(commit: string): Promise<boolean> {
    const { branch } = this.#settings
    const head = await this.repository.localHead(branch)
    return head !== undefined && this.repository.isInBranch({ branch, head, commit })
  }

  /** Snapshot of an earlier commit, fetched if it is not here; undefined if it is gone. */
  async pastSnapshot(commit: string): Promise<Snapshot | undefined> {
    if (!(await this.#bring(commit))) return undefined
    return this.snapshotAt(commit).catch(unlessGone)
  }

  /**
   * Full ids of commits reachable from `to` but not from `from`, newest first, as far as they are here. For a
   * directory, `to` is the branch as last fetched.
   */
  async commitIdsBetween(from: string, to: string): Promise<readonly string[]> {
    const head = to === NO_COMMIT.oid ? await this.repository.localHead(this.#settings.branch) : to
    if (head === undefined) return []
    const commits = await this.repository.commitsBetween(from, head, COMMITS_LOOKED_AT)
    return commits.map(({ oid }) => oid)
  }

  /** Commits reachable from `to` but not from `from`, as far as they are here; always with `to`. */
  async commits(from: string, to: string): Promise<readonly VouchedCommit[]> {
    return this.vouched(await this.#commits(from, to))
  }

  /** The newest commits that `to` has and `from`, if given, lacks, newest first, as far as they are here. */
  async newestCommits(
    from: string | undefined,
    to: string,
    limit = COMMITS_LOOKED_AT,
  ): Promise<readonly VouchedCommit[]> {
    return this.vouched(await this.repository.commitsBetween(from ?? NO_COMMIT.oid, to, limit))
  }

  /** Whether the signatures of commits vouch for what they say, where signatures are needed. */
  vouched(commits: readonly Commit[]): Promise<readonly VouchedCommit[]> {
    return Promise.all(
      commits.map(async (commit) => ({ ...commit, isVouched: await this.#isVouched(commit) })),
    )
  }

  async #commits(from: string, to: string): Promise<readonly Commit[]> {
    const between = await this.repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
    if (between.some(({ oid }) => oid === to)) return between
    const head = await this.repository.readCommit(to)
    return head ? [head, ...between] : between
  }

  /** A signature matters only where the message has a trailer of Reeve. */
  async #isVouched({ oid, message }: Commit): Promise<boolean> {
    if (this.signatures === undefined) return true
    return /^reeve-/im.test(message) && this.signatures.verifier.isSigned(oid)
  }

  /**
   * Full ids of the newest commits up to one, newest first, as far as they are in the local clone.
   * @param needed commit that is to be among them: where it is not, more are fetched first
   * @throws FaultError if they cannot be fetched
   */
  async recentCommits(head: string, needed?: string): Promise<readonly string[]> {
    const { repository } = this
    const { branch } = this.#settings
    if (needed !== undefined) await repository.isInBranch({ branch, head, commit: needed, depths: [RECENT] })
    const commits = await repository.commitsBetween(NO_COMMIT.oid, head, RECENT)
    return commits.map(({ oid }) => oid)
  }

  /** Whether a commit descends from another; undefined where the local clone lacks the history to know. */
  async follows(commit: string, before: string): Promise<boolean | undefined> {
    const found = await this.repository.readCommit(commit)
    if (found === undefined || (await this.repository.readCommit(before)) === undefined) return undefined
    if (await this.ancestry.has(commit, before)) return true
    const parents = await Promise.all(found.parents.map((oid) => this.repository.readCommit(oid)))
    return parents.every((parent) => parent !== undefined) ? false : undefined
  }

  /** History of the local clone. */
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
   * Fetches a commit by id: servers serve each one that is reachable from a branch, even to a shallow clone.
   * @returns false if the commit is gone
   * @throws FaultError if the remote cannot tell
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
 * Opens a Repository beside a controller, which has the data directory for itself. If another command reads
 * at the same time, makes a clone of its own.
 */
export async function openForReading(settings: Settings, log: Log): Promise<RepositoryParts> {
  try {
    return await RepositoryParts.open({ settings, log, directory: `${settings.dataDir}-plan` })
  } catch (error) {
    if (!isFault(error, 'data-dir-locked')) throw error
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

function openLocalCopy(
  { settings, log, directory = settings.dataDir }: RepositoryPartsOptions,
  trust: Trust | undefined,
): Promise<Repository> {
  return openRepository({
    directory,
    remote: remoteOf(settings),
    limits: gitLimits(settings),
    trust,
    ...(settings.sign && { sign: commitSigner(settings.sign) }),
    onWarning: (problem) => log.warn(faultFields(problem), 'local clone damaged; cloning again'),
    onSilence: (request, silentMs) =>
      log.warn({ request, silentFor: formatDelay(silentMs) }, 'the Git remote does not answer'),
  })
}

function signaturesOf(
  repository: Repository,
  { settings, directory = settings.dataDir }: RepositoryPartsOptions,
): Signatures | undefined {
  const { verify: rule, branch } = settings
  if (rule === undefined) return undefined
  const verifier = new CommitVerifier({ rule, repository, branch })
  return {
    verifier,
    accepted: new AcceptedCommits({ verifier, branch, notes: join(directory, 'accepted-commit') }),
  }
}

/** Contacts no server yet. */
function openSources(
  { settings, log, directory = settings.dataDir, onRetry }: RepositoryPartsOptions,
  trust: Trust | undefined,
): TemplateSources {
  return new TemplateSources({
    onRetry,
    directory: join(directory, 'sources'),
    own: settings.ssh ? undefined : remoteOf(settings), // templates are fetched over HTTP
    rules: settings.sources,
    vouched: [...(settings.sources?.git ?? []), ...(settings.remoteBases ?? [])],
    limits: networkLimits(settings),
    trust,
    provenance: settings.provenance,
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

function remoteOf({ repo, credentials, ssh }: Settings): GitRemote {
  if (ssh) return { url: repo, ssh }
  const { username, passwordFile, tokenFile, password, token } = credentials
  const env = { REEVE_GIT_PASSWORD: password?.reveal(), REEVE_GIT_TOKEN: token?.reveal() }
  return { url: repo, credentials: credentialsFrom({ username, passwordFile, tokenFile, env }) }
}

function unlessGone(error: unknown): undefined {
  const { fault } = error instanceof FaultError ? error : new FaultError(faultOf(error), { cause: error })
  if (fault.code !== 'git-no-commit' && fault.code !== 'git-no-path')
    throw new FaultError(fault, { cause: error })
}
