import { readFile } from 'node:fs/promises'
import { isFault } from '../../model/fault.ts'
import type { Commit } from '../../model/snapshot.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import { checkBranchName } from './branch-name.ts'
import type { CommitRecord } from './commit.ts'
import type { Connections, OperationOptions } from './connection.ts'
import { fetchedHistory } from './fetched-history.ts'
import { findLocalCommit } from './find-local-commit.ts'
import { encodePack } from './pack-writer.ts'
import { type NewCommit, type PreparedCommit, prepareCommit, treeOf } from './prepare-commit.ts'
import { pushPack } from './push-pack.ts'
import { readHistory } from './read-history.ts'
import { explainRefusal } from './refused-push.ts'
import type { SignCommit } from './signature/commit-signer.ts'
import type { Store } from './store.ts'
import { listRefs } from './transport.ts'
import { findBlob, walkTree } from './tree-walk.ts'

/** A commit, and the id of its blob at some path. */
export interface FileVersion {
  readonly commit: Commit
  readonly blob: string | undefined
}

/** Size of the local copy above which earlier commits are dropped, in bytes. */
const LARGE_COPY = 32 << 20

/**
 * The branches of the remote that Reeve writes to. They have a git directory of their own, so that they never
 * delay reads.
 */
export class Outbox {
  readonly #store: Store
  readonly #connections: Connections
  readonly #notes: string
  readonly #sign: SignCommit | undefined

  /** @param notes file that records the last pushed commit of each branch, kept when the git directory is recreated */
  constructor(store: Store, connections: Connections, notes: string, sign?: SignCommit) {
    this.#store = store
    this.#connections = connections
    this.#notes = notes
    this.#sign = sign
  }

  /** The commit last pushed to the branch from this data directory; undefined if there is none. */
  async lastWritten(branch: string): Promise<string | undefined> {
    const note = (await this.#readNotes()).find((line) => line.endsWith(` ${branch}`))
    return note?.slice(0, note.indexOf(' '))
  }

  /** The branch's commit at the remote, made readable; undefined if there is no such branch. */
  async fetch(branch: string, options: OperationOptions = {}): Promise<string | undefined> {
    checkBranchName(branch)
    const remote = await this.#remoteHead(branch, options)
    if (remote === undefined || remote === (await this.#store.read(() => this.#store.head(branch))))
      return remote
    return this.#store.fetchBranch(branch, options).catch((error) => {
      if (isFault(error, 'git-no-branch')) return undefined
      throw error
    })
  }

  /** The branch's commit when last fetched or pushed. */
  async localHead(branch: string): Promise<string | undefined> {
    checkBranchName(branch)
    return this.#store.read(() => this.#store.head(branch))
  }

  /** Whether the branch at the remote is at the commit that was fetched or pushed last. */
  async isAsLeft(branch: string, options: OperationOptions = {}): Promise<boolean> {
    return (await this.#remoteHead(branch, options)) === (await this.localHead(branch))
  }

  /** All files of a commit: path → blob id. @throws FaultError git-no-commit */
  async files(commit: string): Promise<ReadonlyMap<string, string>> {
    return this.#store.read(async (objects) => {
      const entries = await walkTree(objects, this.#store.trees, await treeOf(objects, commit))
      return new Map(entries.filter(({ type }) => type === 'file').map(({ path, oid }) => [path, oid]))
    })
  }

  /** A local commit; undefined for any other. */
  async readCommit(oid: string): Promise<Commit | undefined> {
    return this.#store.read(async (objects) => (await findLocalCommit(objects, oid))?.commit)
  }

  /**
   * The newest commits of a branch, each with the id of its blob at a path (undefined: none), the newest first. Fetches
   * as much of the history as it takes for `isEnough`.
   */
  async fileHistory(
    { branch, head, path }: { readonly branch: string; readonly head: string; readonly path: string },
    isEnough: (versions: readonly FileVersion[]) => boolean,
    options: OperationOptions = {},
  ): Promise<{ readonly versions: readonly FileVersion[]; readonly isWhole: boolean }> {
    checkBranchName(branch)
    const known = new Map<string, FileVersion>()
    const versionsOf = async (commits: readonly CommitRecord[]) => {
      for (const record of commits)
        if (!known.has(record.commit.oid)) known.set(record.commit.oid, await this.#version(record, path))
      return commits.flatMap(({ commit }) => known.get(commit.oid) ?? [])
    }
    const looked = async (commits: readonly CommitRecord[]) => isEnough(await versionsOf(commits))
    const { commits, isWhole } = await fetchedHistory(this.#store, { branch, head }, looked, options)
    return { versions: await versionsOf(commits), isWhole }
  }

  async #version({ commit, tree }: CommitRecord, path: string): Promise<FileVersion> {
    const blob = await this.#store.read((objects) => findBlob(objects, this.#store.trees, tree, path))
    return { commit, blob }
  }

  /** Blobs by id, as UTF-8 text, except those above `maxBytes`. */
  async readTexts(oids: readonly string[], maxBytes?: number): Promise<ReadonlyMap<string, string>> {
    const found = await this.#store.read((objects) => objects.read(oids, maxBytes))
    return new Map(found.entries().map(([oid, { bytes }]) => [oid, new TextDecoder().decode(bytes)]))
  }

  /** Creates a commit on top of its parent, in memory. */
  async prepare(commit: NewCommit): Promise<PreparedCommit> {
    return this.#store.read((objects) => prepareCommit(objects, commit, this.#sign))
  }

  /**
   * Moves the remote's branch to the commit if it is still at the commit's parent; a commit without parent
   * creates the branch if there is none.
   * @throws FaultError git-rejected with the server's words; git-unreachable, git-unauthorized
   */
  async push(
    branch: string,
    commit: Omit<PreparedCommit, 'tree'>,
    options: OperationOptions = {},
  ): Promise<'pushed' | 'moved'> {
    checkBranchName(branch)
    const result = await this.#store.exclusively(() => this.#push(branch, commit, options), options)
    if (result === 'pushed') {
      // A failure is made up for after the next push.
      await this.#store.tidy(LARGE_COPY, options).catch(() => undefined)
      return 'pushed'
    }
    const { oid, parent: expected } = commit
    return explainRefusal(this.#connections, { branch, oid, expected, refused: result.refused }, options)
  }

  /**
   * Creates a branch that the remote lost, from the local copy and with its history. A shallow copy is enough
   * where the remote still has the earlier commits, as mostly after a branch was deleted.
   * @returns its commit; undefined if there is no local copy, or the remote refuses it
   */
  async restore(branch: string, options: OperationOptions = {}): Promise<string | undefined> {
    const head = await this.localHead(branch)
    if (head === undefined) return undefined
    const history = await this.#store.read((objects) => readHistory(objects, head))
    const commit = { oid: head, parent: undefined, pack: encodePack(history) }
    return this.push(branch, commit, options).then(
      (result) => (result === 'pushed' ? head : undefined),
      (error) => {
        if (isFault(error, 'git-rejected')) return undefined
        throw error
      },
    )
  }

  async #push(
    branch: string,
    { oid, parent, pack }: Omit<PreparedCommit, 'tree'>,
    options: OperationOptions,
  ) {
    const result = await pushPack(this.#connections.open(options), {
      ref: `refs/heads/${branch}`,
      commit: oid,
      expected: parent,
      pack: pack.pack,
    })
    if (result !== 'pushed') return result
    await this.#store.add(branch, oid, pack)
    // Without the note, the records are checked needlessly.
    await this.#note(branch, oid).catch(() => undefined)
    return result
  }

  async #note(branch: string, oid: string): Promise<void> {
    const others = (await this.#readNotes()).filter((line) => !line.endsWith(` ${branch}`))
    await writeWhole(this.#notes, [...others, `${oid} ${branch}`, ''].join('\n'))
  }

  /** Lines `<commit> <branch>`; an unreadable file counts as none. */
  async #readNotes(): Promise<readonly string[]> {
    const text = await readFile(this.#notes, 'utf8').catch(() => '')
    return text.split('\n').filter((line) => line !== '')
  }

  async #remoteHead(branch: string, options: OperationOptions): Promise<string | undefined> {
    const ref = `refs/heads/${branch}`
    return (await listRefs(this.#connections.open(options), ref)).get(ref)
  }
}
