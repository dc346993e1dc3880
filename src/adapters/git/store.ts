import { rm } from 'node:fs/promises'
import { describeMs } from '../../model/describe-ms.ts'
import { errorMessage } from '../../model/error-message.ts'
import { type Fault, FaultError, fault, isFault } from '../../model/fault.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { checkStore, isComplete } from './check-store.ts'
import type { Connections, OperationOptions } from './connection.ts'
import { DamagedStore, MissingObject } from './damaged-store.ts'
import { replaceByFreshClone } from './fresh-clone.ts'
import { isEmptyDirectory, isMadeFor, prepareGitDirectory, removeLeftovers } from './git-directory.ts'
import { unreachable } from './git-fault.ts'
import { GaveWay, GivingWay } from './giving-way.ts'
import { localBranches, localRef, readRef, writeRef } from './local-refs.ts'
import { writeLoose } from './loose-object.ts'
import { KnownHistory } from './merge/known-history.ts'
import { mergePacks } from './merge-packs.ts'
import { ObjectStore } from './object-store.ts'
import type { EncodedPack } from './pack-writer.ts'
import { isStorageError } from './storage-error.ts'
import { storePack } from './store-pack.ts'
import { fetchPack } from './transport.ts'
import { TreeCache } from './tree-cache.ts'

/** Maximum number of packs: more of them make every lookup slow. */
const MOST_PACKS = 50
/**
 * Bytes above which, and above four times the local packs, an increment costs more than the newest commit.
 */
const LARGE_INCREMENT = 64 << 20

export interface StoreOptions {
  readonly gitdir: string
  readonly connections: Connections
  readonly onWarning: (fault: Fault) => void
}

export interface FetchOtherOptions extends OperationOptions {
  readonly depth?: number
  readonly without?: string
  readonly givesWay?: true
}

/**
 * One git directory: branches of the remote as last fetched, and their objects. When damage is found, a fresh
 * clone replaces the directory.
 */
export class Store implements AsyncDisposable {
  readonly gitdir: string
  readonly trees = new TreeCache()
  /** Of the target of changes that are merged here. */
  readonly history = new KnownHistory()
  readonly #options: StoreOptions
  readonly #serial = new Serial()
  readonly #branches = new Set<string>()
  readonly #givingWay: GivingWay
  #objects: ObjectStore

  private constructor(options: StoreOptions, objects: ObjectStore) {
    this.gitdir = options.gitdir
    this.#options = options
    this.#givingWay = new GivingWay(options.connections.url)
    this.#objects = objects
  }

  /** Opens the store, emptied first if it belongs to another repository or is damaged. */
  static async open(options: StoreOptions): Promise<Store> {
    const { gitdir, connections, onWarning } = options
    const used = !(await isEmptyDirectory(gitdir))
    if (!used || !(await isMadeFor(gitdir, connections.url)))
      await rm(gitdir, { recursive: true, force: true })
    await removeLeftovers(gitdir)
    await prepareGitDirectory(gitdir, connections.url)
    const objects = await checkStore(gitdir).catch(async (error) => {
      if (isStorageError(error)) throw error
      onWarning(fault('git-corrupt', error.message))
      await rm(gitdir, { recursive: true, force: true })
      await prepareGitDirectory(gitdir, connections.url)
      return ObjectStore.open(gitdir)
    })
    return new Store(options, objects)
  }

  /** The branch's commit when last fetched or pushed. */
  head(branch: string): Promise<string | undefined> {
    return readRef(this.gitdir, localRef(branch))
  }

  /**
   * Runs an action that changes the git directory; one at a time. After damage, the action runs once more in
   * a fresh clone.
   */
  exclusively<Result>(action: () => Promise<Result>, options: OperationOptions = {}): Promise<Result> {
    return this.#inTurn(options.turnWithinMs, async () => {
      try {
        return await action()
      } catch (error) {
        if (!isDamage(error)) throw error
        this.#options.connections.open(options).signal.throwIfAborted()
        this.#warn(error)
        await this.#renew(options)
        return await action().catch(finalError)
      }
    })
  }

  /**
   * Fetches a branch: its newest commit alone the first time, later only what is new.
   * @returns its commit
   * @throws FaultError git-no-branch, git-unreachable, git-unauthorized, git-too-large
   */
  async fetchBranch(branch: string, options: OperationOptions = {}): Promise<string> {
    this.#branches.add(branch)
    const oid = await this.#givingWay.urgently(() =>
      this.exclusively(() => this.#increment(branch, options), options),
    )
    await this.tidy(Number.POSITIVE_INFINITY, options)
    return oid
  }

  /** Adds a commit that was pushed, and moves the branch to it. */
  async add(branch: string, oid: string, pack: EncodedPack): Promise<void> {
    await storePack(this.gitdir, pack)
    await this.#objects.refresh()
    await writeRef(this.gitdir, localRef(branch), oid)
  }

  /** Merges packs if there are too many; makes a fresh clone if they exceed `large` bytes together. */
  async tidy(large: number, options: OperationOptions = {}): Promise<void> {
    if (this.#objects.packBytes > large) return this.#serial.run(() => this.#renew(options))
    if (this.#objects.packCount <= MOST_PACKS) return
    await this.exclusively(async () => {
      await mergePacks(this.gitdir)
      await this.#reopen()
    }, options)
  }

  /**
   * Fetches any ref or commit, with `depth` commits or all that is new; `without` leaves out what a ref of the remote
   * has. Branches stay where they are. With `givesWay`, who fetches a branch does not wait for it for long, and it
   * is tried once more after that.
   * @throws GaveWay the second time
   */
  async fetchOther(want: string, have: string, options: FetchOtherOptions = {}): Promise<string> {
    const { givesWay, signal } = options
    const fetch = (ends = signal) => this.#fetchOther(want, have, { ...options, signal: ends })
    const fetchOnce = () =>
      this.exclusively(() => (givesWay ? this.#givingWay.lessUrgently(fetch, signal) : fetch()), options)
    try {
      return await fetchOnce()
    } catch (error) {
      if (!(error instanceof GaveWay)) throw error
      return fetchOnce()
    }
  }

  /**
   * Reads; after damage, reads once more from a fresh clone.
   * @throws FaultError git-no-commit for objects that the local copy need not have
   */
  async read<Result>(action: (objects: ObjectStore) => Promise<Result>): Promise<Result> {
    const objects = this.#objects
    try {
      return await action(objects)
    } catch (error) {
      if (!isDamage(error)) throw error
      await this.#serial.run(() => this.#recover(error, objects))
      return await action(this.#objects).catch(finalError)
    }
  }

  /** Call after closing the connections. Reads under way end with their AbortError, which is not damage. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serial.idle()
    await this.#objects[Symbol.asyncDispose]()
  }

  #inTurn<Result>(withinMs: number | undefined, action: () => Promise<Result>): Promise<Result> {
    if (withinMs === undefined) return this.#serial.run(action)
    const late = new AbortController()
    const { url } = this.#options.connections
    const reason = unreachable(url, `another fetch has been running for more than ${describeMs(withinMs)}`)
    const timer = setTimeout(() => late.abort(reason), withinMs)
    return this.#serial.run(action, late.signal).finally(() => clearTimeout(timer))
  }

  async #increment(branch: string, options: OperationOptions): Promise<string> {
    const known = await this.head(branch)
    const there = known !== undefined && (await this.#objects.has(known))
    const oid = await this.#fetch(branch, there, options)
    await this.#objects.refresh()
    const commit = (await this.#objects.read([oid])).get(oid)
    if (!commit) throw new DamagedStore(`commit ${oid} is missing after the fetch`)
    // A loose copy, so that isomorphic-git need not read every pack's index to find the commit.
    const loose = writeLoose(this.gitdir, commit.type, commit.bytes)
    await Promise.all([loose, writeRef(this.gitdir, localRef(branch), oid)])
    return oid
  }

  /**
   * Fetches what is new since the last commit; the newest commit alone if there is none, or too much is new.
   */
  async #fetch(branch: string, there: boolean, options: OperationOptions): Promise<string> {
    const { connections } = this.#options
    const wanted = { gitdir: this.gitdir, have: localRef(branch), want: `refs/heads/${branch}` }
    const newest = (): Promise<string> => fetchPack(connections.open(options), { ...wanted, depth: 1 })
    if (!there) return newest()
    const maxBytes = Math.max(LARGE_INCREMENT, 4 * this.#objects.packBytes)
    try {
      return await fetchPack(connections.open({ ...options, maxBytes }), wanted)
    } catch (error) {
      if (isFault(error, 'git-too-large', 'git-no-commit')) return newest()
      throw error
    }
  }

  async #fetchOther(want: string, have: string, options: FetchOtherOptions): Promise<string> {
    const { depth, without } = options
    const wanted = { gitdir: this.gitdir, have: localRef(have), want, depth, without }
    const oid = await fetchPack(this.#options.connections.open(options), wanted)
    await this.#objects.refresh()
    return oid
  }

  async #recover(error: unknown, seen: ObjectStore): Promise<void> {
    this.#options.connections.open().signal.throwIfAborted()
    if (this.#objects !== seen) return
    if (error instanceof MissingObject && (await isComplete(this.gitdir, seen, this.trees))) {
      throw notThere(error)
    }
    this.#warn(error)
    await this.#renew({})
  }

  async #renew({ signal }: OperationOptions): Promise<void> {
    const branches = new Set([...this.#branches, ...(await localBranches(this.gitdir))])
    await replaceByFreshClone(this.gitdir, branches, this.#options.connections.open({ signal }))
    await this.#reopen()
  }

  /** Reads under way continue with the files that they have open. */
  async #reopen(): Promise<void> {
    const retired = this.#objects
    this.#objects = await ObjectStore.open(this.gitdir)
    await retired[Symbol.asyncDispose]()
  }

  #warn(error: unknown): void {
    this.#options.onWarning(fault('git-corrupt', errorMessage(error)))
  }
}

/** Whether an error means damage: not a fault, an abort, or a failure of the disk. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof FaultError || isStorageError(error)) return false
  return error.name !== 'AbortError' && error.name !== 'TimeoutError'
}

function finalError(error: unknown): never {
  if (error instanceof MissingObject) throw notThere(error)
  if (isDamage(error)) throw new FaultError(fault('git-corrupt', String(error)), { cause: error })
  throw error
}

function notThere(error: MissingObject): FaultError {
  return new FaultError(fault('git-no-commit', error.message), { cause: error })
}
