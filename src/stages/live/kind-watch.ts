import { isForbidden } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { isBehind, isNewer } from '../../adapters/cluster/resource-version.ts'
import type { WatchEvent } from '../../adapters/cluster/watch.ts'
import { errorMessage } from '../../model/error-message.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { keyOf, qualifiedKind } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import { wait } from '../../support/concurrency/pause.ts'
import { kindIdOf, type ObjectStore } from './object-store.ts'
import { isGone, isOutdated, isUnauthorized, isUnavailable, pauseAfter, shortPause } from './setback.ts'
import { slim } from './slim.ts'

export interface KindWatchOptions {
  readonly client: ClusterClient
  readonly resource: Resource
  readonly labelSelector: string
  readonly store: ObjectStore
  /** Delay before the first request, in milliseconds; `ready` does not wait for it. */
  readonly startAfter?: number
  /** Called before each retry of a list or watch. */
  readonly onRetry?: (() => void) | undefined
  /** Whether the API server answers for other kinds; then `ready` does not wait for an unavailable one. */
  readonly othersAnswer: () => boolean
  /** Called when a fault begins, changes its code or, with undefined, ends. */
  readonly onTrouble: (fault: Fault | undefined) => void
  /** Called when the cluster no longer serves the kind: its objects are dropped and the watch has ended. */
  readonly onGone: () => void
}

/** Maximum number of consecutive failures, some seconds, that go unreported. */
const SHORT_OUTAGE = 4
/** A watch that ends sooner than this, in milliseconds, did not reach its timeout. */
const TOO_SHORT = 1_000
/** Maximum time that the client itself retries a list, in milliseconds, unless the last attempt failed. */
const LIST_WITHIN = 5_000
/** Minimum timeout of a watch, in seconds; it is random up to twice that, so that not all renew at once. */
const TIMEOUT_SECONDS = 300

/**
 * Keeps a store in sync with all labelled objects of one kind: lists them once, then follows the changes. A
 * broken stream resumes where it broke. After 410, and when the server has gone back (etcd was restored from
 * a backup), it lists again and emits only the differences.
 */
export class KindWatch implements AsyncDisposable {
  readonly resource: Resource
  /** Resolves with the first list, or as soon as it is clear that there will be none for now. */
  readonly ready: Promise<void>
  readonly #options: KindWatchOptions
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #settle: () => void = () => {}
  #listed = false
  #version = ''
  #trouble: Fault | undefined
  /** Ends the current pause. */
  #alarm = new AbortController()

  constructor(options: KindWatchOptions) {
    this.resource = options.resource
    this.#options = options
    this.ready = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#done = this.#run()
  }

  /** Whether the store holds all objects of the kind. */
  get isListed(): boolean {
    return this.#listed
  }

  get trouble(): Fault | undefined {
    return this.#trouble
  }

  /** Retries a forbidden kind at once: it may be allowed now. */
  wake(): void {
    const code = this.#trouble?.code
    if (code === 'forbidden' || code === 'unauthenticated') this.#alarm.abort()
  }

  /** Ends the watch; its objects stay in the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    await this.#waitForStart()
    for (let failures = 0, shortOnes = 0; !this.#stop.signal.aborted; ) {
      try {
        // After a failure, the pauses here replace the client's own.
        await this.#list(failures === 0 ? LIST_WITHIN : 0)
        const start = performance.now()
        await this.#follow(() => {
          failures = 0
        })
        shortOnes = performance.now() - start < TOO_SHORT ? shortOnes + 1 : 0
        if (shortOnes > 1) await this.#pause(shortPause(shortOnes))
      } catch (error) {
        if (isGone(error)) break
        await this.#pause(this.#blame(error, ++failures))
      }
    }
    if (!this.#stop.signal.aborted) this.#leave()
    this.#settle()
  }

  async #waitForStart(): Promise<void> {
    const { startAfter = 0 } = this.#options
    if (startAfter === 0) return
    this.#settle()
    await this.#pause(startAfter)
  }

  async #list(deadline: number): Promise<void> {
    const { client, resource, labelSelector, store } = this.#options
    const { signal } = this.#stop
    this.#version = await store.relist(kindIdOf(resource), () =>
      client.list(resource, { labelSelector, signal, map: slim, deadline }),
    )
    this.#listed = true
    this.#settle()
  }

  /**
   * Follows the changes over as many watch requests as needed; returns when it has to list again.
   * @param onOpen called whenever the server accepts a watch
   */
  async #follow(onOpen: () => void): Promise<void> {
    for (let failures = 0, isSure = true; !this.#stop.signal.aborted; ) {
      try {
        if (!isSure && (await this.#hasServerGoneBack())) return
        const { lasted, wasOnTime } = await this.#watch(onOpen, () => {
          failures = 0
        })
        isSure = wasOnTime
        if (lasted < TOO_SHORT) await this.#pause(shortPause(++failures))
      } catch (error) {
        if (isOutdated(error)) return
        if (isGone(error) || isForbidden(error)) throw error
        isSure = false
        await this.#pause(this.#blame(error, ++failures))
      }
    }
  }

  /** Sends one watch request. Resolves when the server ends it; `lasted` is in milliseconds. */
  async #watch(
    onAccepted: () => void,
    onNews: () => void,
  ): Promise<{ readonly lasted: number; readonly wasOnTime: boolean }> {
    const { client, resource, labelSelector } = this.#options
    const { signal } = this.#stop
    const timeoutSeconds = Math.round(TIMEOUT_SECONDS * (1 + Math.random()))
    const start = performance.now()
    const asked = { labelSelector, resourceVersion: this.#version, timeoutSeconds, signal }
    const onOpen = () => {
      this.#tell(undefined)
      onAccepted()
    }
    for await (const event of client.watch(resource, { ...asked, onOpen })) if (this.#apply(event)) onNews()
    const lasted = performance.now() - start
    return { lasted, wasOnTime: lasted >= (timeoutSeconds - 1) * 1000 }
  }

  /**
   * Whether the server's newest version is older than one that it sent before. The server may have been
   * restored while the stream was broken, and it does not refuse a watch from a version that it has not
   * reached: it stays silent.
   */
  async #hasServerGoneBack(): Promise<boolean> {
    const { client, resource, labelSelector } = this.#options
    const { signal } = this.#stop
    return isBehind(await client.latest(resource, { labelSelector, signal, deadline: 0 }), this.#version)
  }

  /**
   * Skips an event that is not newer than the last one: it comes from an older cache, and is known or undone.
   * @returns whether the event was news
   */
  #apply(event: WatchEvent): boolean {
    const version = event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion
    if (!isNewer(version, this.#version)) return false
    this.#version = version
    if (event.type === 'BOOKMARK') return true
    const { store } = this.#options
    const { object } = event
    if (event.type === 'DELETED') store.remove(keyOf(object), object.metadata.uid, version)
    else store.put(slim(object))
    return true
  }

  /** Reports the fault if it lasts; returns the delay before the retry, in milliseconds. */
  #blame(error: unknown, failures: number): number {
    if (this.#stop.signal.aborted) return 0
    const name = qualifiedKind(this.resource)
    const denial = denialOf(error, failures)
    const isOut = failures > SHORT_OUTAGE || isUnavailable(error)
    const reason = errorMessage(error)
    if (denial || isOut) this.#tell(fault(denial ?? 'unavailable', `watching ${name}: ${reason}`))
    if (denial || (isOut && this.#options.othersAnswer())) this.#settle()
    return pauseAfter(error, failures, this.#options.othersAnswer())
  }

  #leave(): void {
    const { store, onGone } = this.#options
    this.#listed = false
    store.drop(kindIdOf(this.resource))
    onGone()
  }

  #tell(trouble: Fault | undefined): void {
    if (this.#trouble?.code === trouble?.code) return
    this.#trouble = trouble
    this.#options.onTrouble(trouble)
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#alarm = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, this.#alarm.signal])
    await wait(milliseconds, signal)
    if (!this.#stop.signal.aborted) this.#options.onRetry?.()
  }
}

/** Why the kind may not be read; undefined for other errors, and while credentials may be renewed. */
function denialOf(error: unknown, failures: number): 'forbidden' | 'unauthenticated' | undefined {
  if (isForbidden(error)) return 'forbidden'
  return isUnauthorized(error) && failures > SHORT_OUTAGE ? 'unauthenticated' : undefined
}
