import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Commit, TreeEntry } from '../../model/snapshot.ts'
import { checkBranchName } from './branch-name.ts'
import { type CommitRecord, parseCommit } from './commit.ts'
import { commitsBetween } from './commits-between.ts'
import { Connections, type OperationOptions } from './connection.ts'
import { MissingObject } from './damaged-store.ts'
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts'
import { type RevisionOptions, resolveRevision } from './find-commit.ts'
import { GIT_LIMITS, type GitLimits } from './git-limits.ts'
import type { OnSilence } from './http-client.ts'
import type { ObjectStore } from './object-store.ts'
import { Outbox } from './outbox.ts'
import { LARGEST_OBJECT } from './pack-file.ts'
import { type GitRemote, plainRemote } from './remote.ts'
import { Store } from './store.ts'
import { listRefs } from './transport.ts'
import { findTree, walkTree } from './tree-walk.ts'
import { usableDirectory } from './usable-directory.ts'

export interface RepositoryOptions {
  /** The data directory, made where there is none. It belongs to one process at a time. */
  readonly directory: string
  readonly remote: GitRemote
  /** Told when the local copy was damaged and is started over (git-corrupt). */
  readonly onWarning?: (fault: Fault) => void
  /** How long the remote is waited for. */
  readonly limits?: Partial<GitLimits>
  /** Told of a silence well before it is too long, once for each request. */
  readonly onSilence?: OnSilence
}

/**
 * Opens the local copy of a remote repository; asks the remote nothing yet.
 * @throws FaultError bad-option, data-dir-locked, data-dir-unusable
 */
export async function openRepository(options: RepositoryOptions): Promise<Repository> {
  const { directory, onWarning = () => {}, onSilence = () => {} } = options
  const remote = plainRemote(options.remote)
  const lock = await usableDirectory(directory, async () => {
    await mkdir(directory, { recursive: true })
    return lockDataDir(directory)
  })
  const limits = { ...GIT_LIMITS, ...options.limits }
  const connections = new Connections(remote, limits, onSilence)
  const pushing = new Connections(remote, limits, onSilence)
  try {
    return await usableDirectory(directory, async () => {
      await removeUnfinishedClones(directory)
      const store = await Store.open({ connections, onWarning, gitdir: join(directory, 'repository.git') })
      const notes = join(directory, 'status-written')
      const gitdir = join(directory, 'status.git')
      const status = await Store.open({ connections: pushing, onWarning, gitdir, newestOnly: true })
      return new Repository({ store, status, connections, pushing, lock, notes })
    })
  } catch (error) {
    await Promise.all([
      lock[Symbol.asyncDispose](),
      connections[Symbol.asyncDispose](),
      pushing[Symbol.asyncDispose](),
    ])
    throw error
  }
}

interface RepositoryParts {
  readonly store: Store
  readonly status: Store
  readonly connections: Connections
  /** Those of the branches that are written to: what is read never keeps them waiting. */
  readonly pushing: Connections
  readonly lock: DataDirLock
  /** Path of the file that keeps what was pushed last. */
  readonly notes: string
}

/** A remote repository and its local copy. Everything it throws for the user is a FaultError. */
export class Repository implements AsyncDisposable {
  readonly #store: Store
  readonly #status: Store
  readonly #connections: Connections
  readonly #pushing: Connections
  readonly #lock: DataDirLock
  /** The branches that are written to; they have a git directory of their own. */
  readonly outbox: Outbox

  constructor({ store, status, connections, pushing, lock, notes }: RepositoryParts) {
    this.#store = store
    this.#status = status
    this.#connections = connections
    this.#pushing = pushing
    this.#lock = lock
    this.outbox = new Outbox(status, pushing, notes)
  }

  /** The remote's URL, without credentials. */
  get url(): string {
    return this.#connections.url
  }

  /** The remote's refs below the prefix, by full name. One request, two where refs are many. */
  async lsRefs(prefix = 'refs/', options: OperationOptions = {}): Promise<ReadonlyMap<string, string>> {
    return listRefs(this.#connections.open(options), prefix)
  }

  /** The commit that the remote has the branch at now; undefined where it has no such branch. */
  async headOf(branch: string, options: OperationOptions = {}): Promise<string | undefined> {
    checkBranchName(branch)
    const ref = `refs/heads/${branch}`
    return (await this.lsRefs(ref, options)).get(ref)
  }

  /** The commit that the branch had when it was last fetched: the last good one. */
  async localHead(branch: string): Promise<string | undefined> {
    checkBranchName(branch)
    return this.#store.read(() => this.#store.head(branch))
  }

  /**
   * Fetches the branch: one commit the first time, later only what is new. @returns its commit
   * `head` is what headOf said a moment ago: where that counts still, it is one request less.
   * @throws FaultError git-no-branch (also in an empty repository), git-unreachable, git-unauthorized
   */
  async fetch(
    branch: string,
    { head, ...options }: OperationOptions & { readonly head?: string } = {},
  ): Promise<string> {
    checkBranchName(branch)
    const listed = head === undefined ? undefined : { ref: `refs/heads/${branch}`, oid: head }
    return this.#store.fetchBranch(branch, { ...options, listed })
  }

  /**
   * Makes a commit readable, fetched if need be. `revision`: a branch, a tag, a full ref, or the id of
   * a commit, shortened if it is already here. `branch` is the one that is fetched otherwise: what it
   * has is not fetched again. With `depth`, a branch or tag comes with so many commits only.
   * @throws FaultError git-no-commit and those of fetch
   */
  async fetchCommit(revision: string, options: RevisionOptions): Promise<string> {
    checkBranchName(options.branch)
    return resolveRevision(this.#store, this.#connections, revision, options)
  }

  /** A commit that is here; undefined for any other. */
  async readCommit(oid: string): Promise<Commit | undefined> {
    return this.#store.read(async (objects) => (await findCommit(objects, oid))?.commit)
  }

  /**
   * All entries of the commit's tree below `path` ('' is the root), their paths below it, in Git's order.
   * @throws FaultError git-no-commit, git-no-path
   */
  async treeEntries(commit: string, path: string): Promise<readonly TreeEntry[]> {
    return this.#store.read(async (objects) => {
      const record = await findCommit(objects, commit)
      if (!record) throw new FaultError(fault('git-no-commit', commit))
      const tree = await findTree(objects, this.#store.trees, record.tree, path)
      if (!tree) throw new FaultError(fault('git-no-path', path))
      return walkTree(objects, this.#store.trees, tree)
    })
  }

  /**
   * Reads blobs by id. What is above `maxBytes` is not read and left out of the answer.
   * @throws FaultError git-no-commit for ids that are not here
   */
  async readBlobs(
    oids: readonly string[],
    { maxBytes = LARGEST_OBJECT }: { readonly maxBytes?: number } = {},
  ): Promise<Map<string, Uint8Array>> {
    return this.#store.read(async (objects) => {
      const found = await objects.read(oids, maxBytes)
      return new Map(found.entries().map(([oid, { bytes }]) => [oid, bytes]))
    })
  }

  /** Commits that `to` has and `from` has not, newest first, at most `limit`, as far as they are here. */
  async commitsBetween(from: string, to: string, limit: number): Promise<Commit[]> {
    return this.#store.read((objects) => commitsBetween((oid) => findCommit(objects, oid), from, to, limit))
  }

  /** Ends what is under way and gives the data directory back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#connections[Symbol.asyncDispose](), this.#pushing[Symbol.asyncDispose]()])
    await Promise.all([this.#store[Symbol.asyncDispose](), this.#status[Symbol.asyncDispose]()])
    await this.#lock[Symbol.asyncDispose]()
  }
}

async function findCommit(objects: ObjectStore, oid: string): Promise<CommitRecord | undefined> {
  try {
    const object = (await objects.read([oid])).get(oid)
    return object?.type === 'commit' ? parseCommit(oid, object.bytes) : undefined
  } catch (error) {
    if (error instanceof MissingObject && error.oid === oid) return undefined
    throw error
  }
}

async function removeUnfinishedClones(directory: string): Promise<void> {
  const names = await readdir(directory)
  const unfinished = names.filter((name) => /^(?:repository|status)\.git-/.test(name))
  await Promise.all(unfinished.map((name) => rm(join(directory, name), { recursive: true, force: true })))
}
