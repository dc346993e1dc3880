import { EventEmitter, once } from 'node:events'
import { isExpired } from '../../adapters/cluster/api-error.ts'
import type { CallOptions } from '../../adapters/cluster/client.ts'
import { isBehind, isNewer } from '../../adapters/cluster/resource-version.ts'
import { wait } from '../../support/concurrency/pause.ts'
import type { Lease, LeaseChange } from './lease.ts'
import { isRefused, type LeaseApi, type Moved } from './lease-api.ts'

/** A stream that ends sooner than this, in milliseconds, did not end because its time was up. */
const TOO_SHORT = 1_000
/** Delay before the watch is resumed, in milliseconds: a challenge must be answered within seconds. */
const PAUSE_MS = 500
/** Maximum delay if the watch breaks repeatedly, in milliseconds: well within a holder's time to answer. */
const LONGEST_PAUSE_MS = 3_000
/** Time to retry a refusal, in milliseconds: a starting API server may refuse what it grants later (RBAC). */
const REFUSED_FOR_MS = 30_000

export interface WatchedLeaseOptions {
  readonly api: LeaseApi
  /** Called after each change, and each time that everything was read again after the watch broke. */
  readonly onNews: () => void
  /** Called when the Lease may not be watched; the watch has ended. */
  readonly onRefused: (error: unknown) => void
  /** Called for each watch that is resumed after a pause. */
  readonly onRetry?: (() => void) | undefined
}

/** One Lease, as last read, written or, from `follow` on, watched. */
export class WatchedLease implements AsyncDisposable {
  readonly #options: WatchedLeaseOptions
  readonly #news = new EventEmitter()
  readonly #stop = new AbortController()
  #current: Lease | undefined
  /** Newest resourceVersion seen, of a Lease or of its deletion. */
  #seen = '0'
  #following = false
  #refusedSince: number | undefined
  /** Consecutive watches that broke, or that ended as soon as they began. */
  #breaks = 0
  #done: Promise<void> | undefined

  constructor(options: WatchedLeaseOptions) {
    this.#options = options
  }

  get current(): Lease | undefined {
    return this.#current
  }

  /** Whether changes are seen as they happen. */
  get isFollowing(): boolean {
    return this.#following
  }

  /** Reads the Lease from the server. */
  async read(options?: CallOptions): Promise<void> {
    this.#take(await this.#options.api.get(options))
  }

  /** Changes the Lease if it is as last seen, or creates it if there was none; otherwise reads it. */
  async write(change: LeaseChange, options?: CallOptions): Promise<Lease | Moved> {
    const answer = await this.#options.api.write(this.#current, change, options)
    if (answer === 'moved') await this.read(options)
    else this.#take(answer)
    return answer
  }

  /** Deletes the Lease as it was last seen. */
  async remove(): Promise<void> {
    if (this.#current !== undefined) await this.#options.api.delete(this.#current)
  }

  /** Watches from the last version seen, until disposal. */
  follow(): void {
    this.#done ??= this.#run()
  }

  /** Resolves with true once the Lease fits, with false after `ms` milliseconds. */
  async until(
    fits: (lease: Lease | undefined) => boolean,
    ms: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), ms)
    const ends = AbortSignal.any(signal ? [late.signal, signal] : [late.signal])
    try {
      while (!fits(this.#current)) await once(this.#news, 'news', { signal: ends })
      return true
    } catch (error) {
      signal?.throwIfAborted()
      if (!ends.aborted) throw error
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
    this.#following = false
  }

  async #run(): Promise<void> {
    this.#following = true
    while (!this.#stop.signal.aborted) {
      try {
        if (!this.#following) await this.#readAnew()
        await this.#watch()
      } catch (error) {
        if (this.#stop.signal.aborted) return
        this.#following = false
        if (this.#isRefusedForGood(error)) return this.#options.onRefused(error)
        if (!isExpired(error)) await this.#pause()
      }
    }
  }

  #isRefusedForGood(error: unknown): boolean {
    if (!isRefused(error)) this.#refusedSince = undefined
    else this.#refusedSince ??= performance.now()
    return this.#refusedSince !== undefined && performance.now() - this.#refusedSince > REFUSED_FOR_MS
  }

  async #readAnew(): Promise<void> {
    const { api } = this.#options
    const asked = { signal: this.#stop.signal, deadline: 0 }
    const { items, resourceVersion } = await api.list(asked)
    // A list older than the last version seen comes from a lagging server or a restored cluster.
    const isOld = isBehind(resourceVersion, this.#seen)
    const lease = isOld ? await api.get(asked) : items[0]
    this.#current = lease
    this.#seen = (isOld && lease?.metadata.resourceVersion) || resourceVersion
    this.#following = true
    this.#tell()
  }

  async #watch(): Promise<void> {
    const start = performance.now()
    for await (const event of this.#options.api.watch(this.#seen, this.#stop.signal)) {
      if (event.type === 'BOOKMARK') this.#seen = event.resourceVersion
      else if (event.type === 'DELETED') this.#takeDeletion(event.object)
      else this.#take(event.object)
    }
    if (performance.now() - start < TOO_SHORT) await this.#pause()
    else this.#breaks = 0
  }

  /** Ignores a Lease older than the last version seen. */
  #take(lease: Lease | undefined): void {
    if (lease !== undefined) {
      if (!isNewer(lease.metadata.resourceVersion, this.#seen)) return
      this.#seen = lease.metadata.resourceVersion
    }
    this.#current = lease
    this.#tell()
  }

  #takeDeletion({ metadata }: Lease): void {
    if (!isNewer(metadata.resourceVersion, this.#seen)) return
    this.#seen = metadata.resourceVersion
    this.#take(undefined)
  }

  #tell(): void {
    this.#news.emit('news')
    this.#options.onNews()
  }

  async #pause(): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 1.5 ** this.#breaks++)
    await wait(longest * (0.5 + Math.random()), this.#stop.signal)
    if (!this.#stop.signal.aborted) this.#options.onRetry?.()
  }
}
