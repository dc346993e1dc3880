import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialsFrom } from '../git/credentials.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import type { Decrypt } from '../model/decrypt.ts'
import { FaultError } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { NO_COMMIT } from '../snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
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
  const { username, passwordFile, tokenFile, password, token } = settings.credentials
  const env = { REEVE_GIT_PASSWORD: password?.reveal(), REEVE_GIT_TOKEN: token?.reveal() }
  return openRepository({
    directory,
    remote: { url: settings.repo, credentials: credentialsFrom({ username, passwordFile, tokenFile, env }) },
    onWarning: (problem) => log.warn(faultFields(problem), 'the local copy starts over'),
    onSilence: (request, silentMs) =>
      log.warn({ request, seconds: Math.round(silentMs / 1000) }, 'the Git remote does not answer'),
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

/** Servers hand out by id what is reachable from a branch, also where the local copy is shallow. */
async function bring(repository: Repository, commit: string, branch: string): Promise<boolean> {
  try {
    await repository.fetchCommit(commit, { branch })
    return true
  } catch (error) {
    if (error instanceof FaultError) return false
    throw error
  }
}

/** Messages of a range of commits, as far as they are here. */
export async function messagesOf(
  repository: Repository,
  { from, to, inclusive }: CommitRange,
): Promise<string[]> {
  const since = from === undefined ? [] : await repository.commitsBetween(from, to, 1000)
  const ends = await Promise.all(
    [to, ...(inclusive && from ? [from] : [])].map((oid) => repository.readCommit(oid)),
  )
  return [...since, ...ends].flatMap((commit) => commit?.message ?? [])
}

/** A local copy beside that of a controller, which has its data directory for itself. */
export async function openForReading(settings: Settings, log: Log): Promise<Repository> {
  try {
    return await openLocalCopy(settings, log, `${settings.dataDir}-plan`)
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.code !== 'data-dir-locked') throw error
    return openTemporaryCopy(settings, log)
  }
}

/** Another plan is being made at the same time: this one clones for itself. */
async function openTemporaryCopy(settings: Settings, log: Log): Promise<Repository> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-plan-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return openLocalCopy(settings, log, directory)
}
