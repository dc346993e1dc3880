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
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { FaultError, faultOf } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { Commit, Snapshot } from '../../model/snapshot.ts'
import type { DeclaredTree } from '../../stages/declare/declare-tree.ts'
import { NO_COMMIT } from '../../stages/snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../../stages/snapshot/take-snapshot.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { Ancestry } from './held-commit.ts'
import { History } from './history.ts'
import type { Renderers } from './renderers.ts'

/** Opens the local copy of the Repository in its data directory. */
export function openLocalCopy(
  settings: Settings,
  log: Log,
  directory = settings.dataDir,
): Promise<Repository> {
  return openRepository({
    directory,
    remote: remoteOf(settings),
    limits: gitLimits(settings),
    onWarning: (problem) => log.warn(faultFields(problem), 'the local copy starts over'),
    onSilence: (request, silentMs) =>
      log.warn({ request, seconds: Math.round(silentMs / 1000) }, 'the Git remote does not answer'),
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

/** What the sources of templates are opened with. */
export interface SourcesParts {
  readonly settings: Settings
  readonly log: Log
  /** By default the data directory. */
  readonly directory?: string
  /** Told of each further try. */
  readonly onRetry?: () => void
}

/** Templates that are somewhere else, kept in a directory; it asks nobody yet. */
export function openSources({
  settings,
  log,
  directory = settings.dataDir,
  onRetry,
}: SourcesParts): TemplateSources {
  return new TemplateSources({
    onRetry,
    directory: join(directory, 'sources'),
    own: remoteOf(settings),
    limits: networkLimits(settings),
    onNote: ({ level, message, fields, fault }) =>
      log[level]({ ...fields, ...(fault && faultFields(fault)) }, message),
  })
}

export interface HistoryParts {
  readonly repository: Repository
  readonly settings: Settings
  readonly renderers: Renderers
  readonly decrypt: Decrypt
  readonly onUnforeseen: OnUnforeseen
  readonly known: () => DeclaredTree | undefined
  /** What NO_COMMIT stands for. */
  readonly directory?: Snapshot | undefined
}

export function historyOf(parts: HistoryParts): History {
  const { repository, settings, renderers, decrypt, onUnforeseen, known, directory } = parts
  return new History({
    snapshotAt: async (commit) => {
      if (commit === NO_COMMIT.oid) return directory
      if (!(await bring(repository, commit, settings.branch))) return undefined
      return takeSnapshot(repository, commit, settings.path).catch(unlessGone)
    },
    renderers,
    decrypt,
    onUnforeseen,
    namespace: settings.namespace,
    known,
  })
}

/** Maximum wait for other fetches when an earlier commit is wanted, in milliseconds. */
const TURN_WITHIN_MS = 60_000

/**
 * Servers hand out by id what is reachable from a branch, also where the local copy is shallow.
 * @returns false where the commit is gone
 * @throws FaultError where the remote can't tell
 */
async function bring(repository: Repository, commit: string, branch: string): Promise<boolean> {
  const found = await repository
    .fetchCommit(commit, { branch, turnWithinMs: TURN_WITHIN_MS })
    .catch(unlessGone)
  return found !== undefined
}

function unlessGone(error: unknown): undefined {
  const { fault } = error instanceof FaultError ? error : new FaultError(faultOf(error), { cause: error })
  if (fault.code !== 'git-no-commit' && fault.code !== 'git-no-path')
    throw new FaultError(fault, { cause: error })
}

/** Maximum number of commits that are looked through, on the way back from the head. */
const COMMITS_LOOKED_AT = 1_000

/** Full ids of the commits that `to` has and `from` has not, newest first, as far as they are here. */
export async function commitIdsBetween(
  repository: Repository,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const commits = await repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
  return commits.map(({ oid }) => oid)
}

/** A range of commits, as far as they are here. */
export async function commitsOf(
  repository: Repository,
  { from, to, inclusive }: CommitRange,
): Promise<readonly Commit[]> {
  const since = from === undefined ? [] : await repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
  const ends = await Promise.all(
    [to, ...(inclusive && from ? [from] : [])].map((oid) => repository.readCommit(oid)),
  )
  const found = [...since, ...ends].flatMap((commit) => commit ?? [])
  return [...new Map(found.map((commit) => [commit.oid, commit])).values()]
}

/** What the local copy knows of a repository's history. */
export function ancestryOf(repository: Repository): Ancestry {
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

/** What a command reads beside a controller, which has its data directory for itself. */
export interface Reading {
  readonly repository: Repository
  readonly sources: TemplateSources
  close(): Promise<void>
}

export async function openForReading(settings: Settings, log: Log): Promise<Reading> {
  try {
    return await openBeside(settings, log, `${settings.dataDir}-plan`)
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.code !== 'data-dir-locked') throw error
    return openTemporarily(settings, log)
  }
}

async function openBeside(settings: Settings, log: Log, directory: string): Promise<Reading> {
  const repository = await openLocalCopy(settings, log, directory)
  const sources = openSources({ settings, log, directory })
  return {
    repository,
    sources,
    close: async () => {
      await sources.close()
      await repository.close()
    },
  }
}

/** Another plan is being made at the same time: this one clones for itself. */
async function openTemporarily(settings: Settings, log: Log): Promise<Reading> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-plan-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', remove)
  const reading = await openBeside(settings, log, directory)
  return {
    ...reading,
    close: async () => {
      await reading.close()
      process.off('exit', remove)
      remove()
    },
  }
}
