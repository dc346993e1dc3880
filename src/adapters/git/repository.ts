import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Budgets } from '../../model/budgets.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Commit, TreeEntry } from '../../model/snapshot.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import { keepContentsPrivate, keepPrivate } from '../../support/files/private.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import type { OnSilence } from './answer-pace.ts'
import { checkBranchName } from './branch-name.ts'
import { commitsBetween } from './commits-between.ts'
import type { Connections, OperationOptions } from './connection.ts'
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts'
import { type RevisionOptions, resolveRevision } from './find-commit.ts'
import { findCommitObject, findLocalCommit } from './find-local-commit.ts'
import type { ForeignRemote } from './foreign-remote.ts'
import { GIT_LIMITS, type GitLimits } from './git-limits.ts'
import { type BranchCommit, isInBranch } from './is-in-branch.ts'
import type { Merge } from './merge/merge.ts'
import { mergeChange } from './merge/merge-change.ts'
import type { ObjectReader } from './object-reader.ts'
import { refuseOddFiles } from './odd-files.ts'
import { openConnections } from './open-connections.ts'
import { Outbox } from './outbox.ts'
import { LARGEST_OBJECT } from './pack-file.ts'
import { type NewCommit, type PreparedCommit, prepareCommit, treeOf } from './prepare-commit.ts'
import { pushPack } from './push-pack.ts'
import { explainRefusal } from './refused-push.ts'
import { type GitRemote, plainRemote } from './remote.ts'
import type { SignCommit } from './signature/commit-signer.ts'
import { Store } from './store.ts'
import { listRefs } from './transport.ts'
import type { TreeCache } from './tree-cache.ts'
import { findTree, walkTree } from './tree-walk.ts'
import { promptDirectory, usableDirectory } from './usable-directory.ts'

export interface RepositoryOptions {
  /** The data directory, created if missing. It belongs to one process at a time. */
  readonly directory: string
  readonly remote: GitRemote
  /** Called when the local copy is damaged and cloned again (git-corrupt). */
  readonly onWarning?: (fault: Fault) => void
  /** Limits of exchanges with the remote. */
  readonly limits?: Partial<GitLimits>
  /** Called at a silence well before it is too long, once for each request. */
  readonly onSilence?: OnSilence
  /** CAs to trust beside those of Node. */
  readonly trust?: Trust | undefined
  /** Set for a remote that others than the administrator name. */
  readonly foreign?: ForeignRemote | undefined
  /** Signs the commits that are made here; by default, they are not signed. */
  readonly sign?: SignCommit | undefined
  /** By default those of this process. */
  readonly budgets?: Budgets | undefined
}

/**
 * Opens the local copy of a remote repository, without a request to the remote.
 * @throws FaultError bad-option, data-dir-locked, data-dir-public, data-dir-unusable
 */
export async function openRepository(options: RepositoryOptions): Promise<Repository> {
  const { directory, onWarning = () => {}, onSilence = () => {} } = options
  const remote = plainRemote(options.remote)
  const lock = await promptDirectory(directory, async () => {
    if (!(await keepPrivate(directory))) throw isPublic(directory)
    await refuseOddFiles(directory)
    return lockDataDir(directory)
  })
  const limits = { ...GIT_LIMITS, ...options.limits }
  const { trust, foreign, budgets = processBudgets() } = options
  const way = { limits, onSilence, trust, foreign, budgets }
  const connections = await openConnections(remote, way)
  const pushing = await openConnections(remote, way)
  try {
    return await usableDirectory(directory, async () => {
      if (!(await keepContentsPrivate(directory))) throw isPublic(directory)
      await removeUnfinishedClones(directory)
      const store = await Store.open({ connections, onWarning, gitdir: join(directory, 'repository.git') })
      const notes = join(directory, 'status-written')
      const gitdir = join(directory, 'status.git')
      const status = await Store.open({ connections: pushing, onWarning, gitdir })
      return new Repository({ store, status, connections, pushing, lock, notes, sign: options.sign })
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

interface ReadBlobsOptions {
  readonly maxBytes?: number
  /** Receives each blob as soon as it is read; after damage, some twice. */
  readonly take?: ((oid: string, bytes: Uint8Array) => void) | undefined
}

interface RepositoryParts {
  readonly store: Store
  readonly status: Store
  readonly connections: Connections
  /** Connections for the branches that Reeve writes to: reads never make them wait. */
  readonly pushing: Connections
  readonly lock: DataDirLock
  /** Path of the file that records the last pushed commit. */
  readonly notes: string
  readonly sign: SignCommit | undefined
}

/** A remote repository and its local copy. All its errors for the user are FaultErrors. */
export class Repository implements AsyncDisposable {
  readonly #store: Store
  readonly #status: Store
  readonly #connections: Connections
  readonly #pushing: Connections
  readonly #lock: DataDirLock
  readonly #sign: SignCommit | undefined
  /** The branches that Reeve writes to; they have a git directory of their own. */
  readonly outbox: Outbox

  constructor({ store, status, connections, pushing, lock, notes, sign }: RepositoryParts) {
    this.#store = store
    this.#status = status
    this.#connections = connections
    this.#pushing = pushing
    this.#lock = lock
    this.#sign = sign
    this.outbox = new Outbox(status, pushing, notes, sign)
  }

  /** The remote's URL, without credentials. */
  get url(): string {
    return this.#connections.url
  }

  /** The remote's refs with the prefix, by full name. One request, or two if there are many refs. */
  async lsRefs(prefix = 'refs/', options: OperationOptions = {}): Promise<ReadonlyMap<string, string>> {
    return listRefs(this.#connections.open(options), prefix)
  }

  /** The branch's commit at the remote now; undefined if the remote has no such branch. */
  async headOf(branch: string, options: OperationOptions = {}): Promise<string | undefined> {
    checkBranchName(branch)
    const ref = `refs/heads/${branch}`
    return (await this.lsRefs(ref, options)).get(ref)
  }

  /** The branch's commit when last fetched. */
  async localHead(branch: string): Promise<string | undefined> {
    checkBranchName(branch)
    return this.#store.read(() => this.#store.head(branch))
  }

  /**
   * Fetches the branch: one commit the first time, later only what is new. `head` is the result of a recent
   * headOf(): while it holds, it saves a request.
   * @returns the branch's commit
   * @throws FaultError git-no-branch (also for an empty repository), git-unreachable, git-unauthorized
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
   * Makes a commit readable, and fetches it if necessary. `revision`: a branch, a tag, a full ref, or the id
   * of a commit, which may be shortened if it is local. `branch` is the one fetched otherwise: its commits
   * are not fetched again. With `depth`, a branch or tag comes with that many commits only.
   * @throws FaultError git-no-commit and those of fetch
   */
  async fetchCommit(revision: string, options: RevisionOptions): Promise<string> {
    checkBranchName(options.branch)
    return resolveRevision(this.#store, this.#connections, revision, options)
  }

  /** A local commit; undefined for any other. */
  async readCommit(oid: string): Promise<Commit | undefined> {
    return this.#store.read(async (objects) => (await findLocalCommit(objects, oid))?.commit)
  }

  /** The raw object of a local commit; undefined for any other. */
  async readRawCommit(oid: string): Promise<Uint8Array | undefined> {
    return this.#store.read(async (objects) => (await findCommitObject(objects, oid))?.bytes)
  }

  /**
   * All entries of the commit's tree below `path` ('' is the root), with paths relative to it, in Git's
   * order.
   * @throws FaultError git-no-commit, git-no-path
   */
  async treeEntries(commit: string, path: string): Promise<readonly TreeEntry[]> {
    return this.#store.read(async (objects) => {
      const record = await findLocalCommit(objects, commit)
      if (!record) throw new FaultError(fault('git-no-commit', commit))
      return entriesAt(objects, this.#store.trees, record.tree, path)
    })
  }

  /**
   * Reads blobs by id; leaves out those above `maxBytes`, and those given to `take`.
   * @throws FaultError git-no-commit for ids that are not local
   */
  async readBlobs(
    oids: readonly string[],
    { maxBytes = LARGEST_OBJECT, take }: ReadBlobsOptions = {},
  ): Promise<Map<string, Uint8Array>> {
    return this.#store.read((objects) => blobsOf(objects, oids, { maxBytes, take }))
  }

  /** Local commits that `to` has and `from` lacks, newest first, at most `limit`. */
  async commitsBetween(from: string, to: string, limit: number): Promise<Commit[]> {
    return this.#store.read((objects) =>
      commitsBetween((oid) => findLocalCommit(objects, oid), from, to, limit),
    )
  }

  /** Whether a branch has a commit among its last 4,000 or so. Fetches as much of its history as it takes. */
  isInBranch(commit: BranchCommit, options: OperationOptions = {}): Promise<boolean> {
    return isInBranch(this.#store, commit, options)
  }

  /** The id of a local commit's tree. @throws FaultError git-no-commit */
  async treeOf(commit: string): Promise<string> {
    return this.#store.read((objects) => treeOf(objects, commit))
  }

  /** Creates a commit on top of a local one, in memory. @throws FaultError git-no-commit */
  async prepare(commit: NewCommit): Promise<PreparedCommit> {
    return this.#store.read((objects) => prepareCommit(objects, commit, this.#sign))
  }

  /**
   * Moves the remote's branch from one commit (undefined: there is no such branch) to another, whether or not
   * that descends from it. Keeps nothing of it here.
   * @throws FaultError git-rejected with the server's words; git-unreachable, git-unauthorized
   */
  async moveBranch(
    branch: string,
    { expected, to }: { readonly expected: string | undefined; readonly to: PreparedCommit },
    options: OperationOptions = {},
  ): Promise<'pushed' | 'moved'> {
    checkBranchName(branch)
    const { oid, pack } = to
    const ref = `refs/heads/${branch}`
    const push = { ref, commit: oid, expected, pack: pack.pack }
    const result = await pushPack(this.#pushing.open(options), push)
    if (result === 'pushed') return result
    return explainRefusal(this.#pushing, { branch, oid, expected, refused: result.refused }, options)
  }

  /**
   * Merges a change into a commit of the followed branch, in memory: a three-way merge of their trees from the newest
   * commit that both have.
   * @param change `head` is the full id of its newest commit, `ref` a ref of the remote that leads to it
   * @returns undefined if the branch has all of the change
   * @throws FaultError git-no-commit if the ref has moved, review-too-large, and those of fetching
   */
  merge(
    change: { readonly head: string; readonly ref: string },
    target: { readonly branch: string; readonly commit: string },
    options: OperationOptions = {},
  ): Promise<Merge | undefined> {
    return mergeChange(this.#store, { change, target }, options)
  }

  /** The entries of a merge, as treeEntries gives those of a commit. @throws FaultError git-no-path */
  async mergedEntries({ tree, objects: made }: Merge, path: string): Promise<readonly TreeEntry[]> {
    return this.#store.read((objects) => entriesAt(made.over(objects), this.#store.trees, tree, path))
  }

  /** Reads blobs of a merge, as readBlobs does. */
  async readMerged(
    { objects: made }: Merge,
    oids: readonly string[],
    { maxBytes = LARGEST_OBJECT, take }: ReadBlobsOptions = {},
  ): Promise<Map<string, Uint8Array>> {
    return this.#store.read((objects) => blobsOf(made.over(objects), oids, { maxBytes, take }))
  }

  /** Ends operations under way and releases the data directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#connections[Symbol.asyncDispose](), this.#pushing[Symbol.asyncDispose]()])
    await Promise.all([this.#store[Symbol.asyncDispose](), this.#status[Symbol.asyncDispose]()])
    await this.#lock[Symbol.asyncDispose]()
  }
}

async function entriesAt(
  objects: ObjectReader,
  trees: TreeCache,
  root: string,
  path: string,
): Promise<readonly TreeEntry[]> {
  const tree = await findTree(objects, trees, root, path)
  if (!tree) throw new FaultError(fault('git-no-path', path))
  return walkTree(objects, trees, tree)
}

async function blobsOf(
  objects: ObjectReader,
  oids: readonly string[],
  { maxBytes, take }: ReadBlobsOptions,
): Promise<Map<string, Uint8Array>> {
  const found = await objects.read(oids, maxBytes, take && (({ bytes }, oid) => take(oid, bytes)))
  return new Map(found.entries().map(([oid, { bytes }]) => [oid, bytes]))
}

function isPublic(directory: string): FaultError {
  return new FaultError(fault('data-dir-public', directory))
}

async function removeUnfinishedClones(directory: string): Promise<void> {
  const names = await readdir(directory)
  const unfinished = names.filter((name) => /^(?:repository|status)\.git-/.test(name))
  await Promise.all(unfinished.map((name) => rm(join(directory, name), { recursive: true, force: true })))
}
