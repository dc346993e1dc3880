import { setTimeout as sleep } from 'node:timers/promises'
import { type Author, REEVE } from '../../adapters/git/commit.ts'
import type { OperationOptions } from '../../adapters/git/connection.ts'
import type { Outbox } from '../../adapters/git/outbox.ts'
import { FaultError, fault } from '../../model/fault.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { BlobIds } from './blob-ids.ts'
import { isGroupPath, isPagePath, isStatusPath } from './status-path.ts'

/** Maximum number of attempts while other writers move the branch. */
const ATTEMPTS = 6
const PACE: Pace = { firstMs: 100, longestMs: 10_000 }
/** Maximum size of a file that is read, in bytes; a larger one is not Reeve's and counts as empty. */
const LARGEST_FILE = 4 << 20

/** The part of a Repository that the status branch needs. */
export interface StatusRepository {
  readonly url: string
  readonly outbox: Outbox
}

export interface StatusWrite {
  readonly branch: string
  /** The complete record: README.md, installations/… and groups/…, path → text. */
  readonly files: ReadonlyMap<string, string>
  /** Whether a file is part of the record, so that it is removed where `files` lacks it; default: as above. */
  readonly isOwn?: (path: string) => boolean
  readonly message: string
  /** Whether to make the commit also where the branch holds these files. */
  readonly isNews?: boolean
  /** Ids of the files, kept between writes. */
  readonly ids?: BlobIds
  readonly author?: Author
  /** Seconds since the epoch; default: now. */
  readonly time?: number
  readonly signal?: AbortSignal
  /** Called for each retry. */
  readonly onRetry?: () => void
  /** Called when the remote had lost the branch, and whether it could be restored with its history. */
  readonly onLost?: (isRestored: boolean) => void
}

/**
 * Makes the status branch hold exactly these files, in one commit on top of its head at the remote; creates a
 * missing branch. Other people's files are left alone. When another writer is faster, the commit is redone on
 * top of theirs.
 * @throws FaultError git-rejected, git-unreachable, git-unauthorized
 */
export async function writeStatusBranch(
  repository: StatusRepository,
  write: StatusWrite,
): Promise<{ readonly oid: string; readonly pushed: true } | 'unchanged'> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const oid = await tryToWrite(repository.outbox, write, attempt === 0)
    if (oid === 'unchanged') return oid
    if (oid !== 'moved') return { oid, pushed: true }
    await sleep(retryDelay(attempt + 1, PACE), undefined, operation(write))
    write.onRetry?.()
  }
  const details = `${repository.url}: another writer keeps moving ${write.branch}`
  throw new FaultError(fault('git-rejected', details))
}

/**
 * Reads the record at the remote: path → text. Where the branch does not exist, that of the local copy; empty
 * where there is none.
 * @throws FaultError git-unreachable, git-unauthorized
 */
export async function readStatusBranch(
  { outbox }: StatusRepository,
  branch: string,
  { isOwn, ...options }: OperationOptions & Pick<StatusWrite, 'isOwn'> = {},
): Promise<ReadonlyMap<string, string>> {
  const head = (await outbox.fetch(branch, options)) ?? (await outbox.localHead(branch))
  return head === undefined ? new Map() : textsAt(outbox, head, isOwn)
}

/** The record as last fetched from the remote; undefined where it never was. */
export async function readKeptStatus(
  { outbox }: StatusRepository,
  branch: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const head = await outbox.localHead(branch)
  return head === undefined ? undefined : textsAt(outbox, head)
}

async function textsAt(
  outbox: Outbox,
  head: string,
  isOwn?: StatusWrite['isOwn'],
): Promise<ReadonlyMap<string, string>> {
  const files = recordOf(await outbox.files(head), isOwn)
  const texts = await outbox.readTexts([...files.values()], LARGEST_FILE)
  return new Map(Array.from(files, ([path, oid]) => [path, texts.get(oid) ?? '']))
}

/** Commits, when hopeful, on top of the last known head: the push tells whether it is still the head. */
async function tryToWrite(outbox: Outbox, write: StatusWrite, hopeful: boolean): Promise<string> {
  const known = await outbox.localHead(write.branch)
  const last = hopeful ? known : undefined
  const parent = last ?? (await headFor(outbox, write))
  const before = parent === undefined ? new Map<string, string>() : await outbox.files(parent)
  const changes = changesFrom(recordOf(before, write.isOwn), write)
  if (parent !== undefined && changes.size === 0 && write.isNews !== true) {
    return last === undefined ? 'unchanged' : tryToWrite(outbox, write, false)
  }
  const { message, author = REEVE, time = Math.floor(Date.now() / 1000) } = write
  const commit = await outbox.prepare({ parent, changes, message, author, time })
  const result = await outbox.push(write.branch, commit, operation(write))
  if (result === 'moved') return result
  if (parent === undefined && known !== undefined) write.onLost?.(false)
  return commit.oid
}

/** Head of the branch at the remote, which is restored if it was deleted there. */
async function headFor(outbox: Outbox, write: StatusWrite): Promise<string | undefined> {
  const { branch, onLost } = write
  const head = await outbox.fetch(branch, operation(write))
  if (head !== undefined) return head
  const restored = await outbox.restore(branch, operation(write))
  if (restored !== undefined) onLost?.(true)
  return restored
}

/** Files to write and, as undefined, to remove, so that the record becomes `files`. */
function changesFrom(
  before: ReadonlyMap<string, string>,
  { files, ids = new BlobIds() }: StatusWrite,
): Map<string, string | undefined> {
  const changes = new Map<string, string | undefined>()
  ids.keep(files)
  for (const path of before.keys()) if (!files.has(path)) changes.set(path, undefined)
  for (const [path, text] of files) {
    if (before.get(path) !== ids.of(path, text)) changes.set(path, text)
  }
  return changes
}

function recordOf(files: ReadonlyMap<string, string>, isOwn = isOfRecord): Map<string, string> {
  return new Map(Array.from(files).filter(([path]) => isOwn(path)))
}

function isOfRecord(path: string): boolean {
  return isPagePath(path) || isStatusPath(path) || isGroupPath(path)
}

function operation({ signal }: StatusWrite): OperationOptions {
  return signal ? { signal } : {}
}
