import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialsFrom } from '../git/credentials.ts'
import { GIT_LIMITS, type GitLimits } from '../git/git-limits.ts'
import type { GitRemote } from '../git/remote.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import type { Decrypt } from '../model/decrypt.ts'
import { FaultError } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { NO_COMMIT } from '../snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
import { NETWORK_LIMITS, type NetworkLimits } from '../source/network/limits.ts'
import { TemplateSources } from '../source/template-sources.ts'
import type { DeclaredTree } from './declare-tree.ts'
import { History } from './history.ts'
import { faultFields, type Log } from './log.ts'
import type { CommitRange } from './plan-deletions.ts'
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

function gitLimits({ patience }: Settings): Partial<GitLimits> {
  if (patience === undefined) return {}
  const { exchangeMs, minRate } = patience
  return { exchangeMs, rate: { ...GIT_LIMITS.rate, bytesPerSecond: minRate } }
}

function networkLimits({ patience }: Settings): Partial<NetworkLimits> {
  return patience ? { rate: { ...NETWORK_LIMITS.rate, bytesPerSecond: patience.minRate } } : {}
}

function remoteOf({ repo, credentials }: Settings): GitRemote {
  const { username, passwordFile, tokenFile, password, token } = credentials
  const env = { REEVE_GIT_PASSWORD: password?.reveal(), REEVE_GIT_TOKEN: token?.reveal() }
  return { url: repo, credentials: credentialsFrom({ username, passwordFile, tokenFile, env }) }
}

/** Templates that are somewhere else, kept in the data directory; it asks nobody yet. */
export function openSources(settings: Settings, log: Log, directory = settings.dataDir): TemplateSources {
  return new TemplateSources({
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
  readonly known: () => DeclaredTree | undefined
  /** What NO_COMMIT stands for. */
  readonly directory?: Snapshot | undefined
}

export function historyOf(parts: HistoryParts): History {
  const { repository, settings, renderers, decrypt, known, directory } = parts
  return new History({
    snapshotAt: async (commit) => {
      if (commit === NO_COMMIT.oid) return directory
      if (!(await bring(repository, commit, settings.branch))) return undefined
      return takeSnapshot(repository, commit, settings.path).catch(() => undefined)
    },
    renderers,
    decrypt,
    namespace: settings.namespace,
    known,
  })
}

/** Maximum wait for other fetches when an earlier commit is wanted, in milliseconds. */
const TURN_WITHIN_MS = 60_000

/** Servers hand out by id what is reachable from a branch, also where the local copy is shallow. */
async function bring(repository: Repository, commit: string, branch: string): Promise<boolean> {
  try {
    await repository.fetchCommit(commit, { branch, turnWithinMs: TURN_WITHIN_MS })
    return true
  } catch (error) {
    if (error instanceof FaultError) return false
    throw error
  }
}

/** Maximum number of commits that are looked through, on the way back from the head. */
const COMMITS_LOOKED_AT = 1_000

/** Full ids of the commits that `to` has and `from` has not, newest first, as far as they are here. */
export async function commitsOf(
  repository: Repository,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const commits = await repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
  return commits.map(({ oid }) => oid)
}

/** Messages of a range of commits, as far as they are here. */
export async function messagesOf(
  repository: Repository,
  { from, to, inclusive }: CommitRange,
): Promise<string[]> {
  const since = from === undefined ? [] : await repository.commitsBetween(from, to, COMMITS_LOOKED_AT)
  const ends = await Promise.all(
    [to, ...(inclusive && from ? [from] : [])].map((oid) => repository.readCommit(oid)),
  )
  return [...since, ...ends].flatMap((commit) => commit?.message ?? [])
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
  const sources = openSources(settings, log, directory)
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
