import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialsFrom } from '../git/credentials.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { FaultError } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { Commit, ReadBlobs, TreeEntry } from '../model/snapshot.ts'
import { MAX_FILE_BYTES } from './fleet.ts'
import { History } from './history.ts'
import { faultFields, type Log } from './log.ts'
import type { CommitRange } from './plan-deletions.ts'

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

/** A directory has no commit yet: it stands for one that would follow. */
export const NO_COMMIT: Commit = { oid: '0'.repeat(40), message: '', parents: [], time: 0 }

export interface LocalTree {
  readonly entries: readonly TreeEntry[]
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/** @param directory what NO_COMMIT stands for */
export function historyOf(
  repository: Repository,
  { branch, path, namespace }: Settings,
  directory?: LocalTree,
): History {
  const readBlobs = readBlobsOf(repository)
  return new History({
    entriesAt: async (commit) => {
      if (commit === NO_COMMIT.oid) return directory?.entries
      if (!(await bring(repository, commit, branch))) return undefined
      return repository.treeEntries(commit, path).catch(() => undefined)
    },
    readBlobs: async (oids) =>
      directory && oids.every((oid) => directory.contents.has(oid)) ? directory.contents : readBlobs(oids),
    render: { namespace, maxFileBytes: MAX_FILE_BYTES },
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

export function readBlobsOf(repository: Repository): ReadBlobs {
  return (oids) => repository.readBlobs(oids, { maxBytes: MAX_FILE_BYTES })
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
