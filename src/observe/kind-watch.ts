import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, isExpired } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/client.ts'
import { backoff } from '../cluster/retry.ts'
import type { WatchEvent } from '../cluster/watch.ts'
import { type Fault, fault } from '../model/fault.ts'
import { keyOf } from '../model/object.ts'
import type { Resource } from '../model/schema.ts'
import { kindIdOf, type ObjectStore } from './object-store.ts'
import { slim } from './slim.ts'

export interface KindWatchOptions {
  readonly client: ClusterClient
  readonly resource: Resource
  readonly labelSelector: string
  readonly store: ObjectStore
  /** Called when a trouble begins, changes or, with undefined, ends. */
  readonly onTrouble: (fault: Fault | undefined) => void
  /** The cluster no longer serves the kind: its objects were dropped, the watch has ended. */
  readonly onGone: () => void
}

/** How long a kind that Reeve may not read is left alone before it is tried again, in milliseconds. */
const FORBIDDEN_PAUSE = 20_000
/** So many failed tries in a row, some seconds, are nothing to speak of. */
const SHORT_OUTAGE = 4
/** A stream that ends so soon, in milliseconds, did not end because its time was up. */
const TOO_SHORT = 1_000

/**
 * Keeps a store in step with all labelled objects of one kind: lists them once, then follows the
 * changes. A broken stream is resumed where it broke; after 410 everything is listed anew and only
 * the differences are told.
 */
export class KindWatch {
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

  constructor(options: KindWatchOptions) {
    this.resource = options.resource
    this.#options = options
    this.ready = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#done = this.#run()
  }

  /** The store holds all objects of the kind. */
  get isListed(): boolean {
    return this.#listed
  }

  get trouble(): Fault | undefined {
    return this.#trouble
  }

  /** Ends the watch; its objects stay in the store. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        await this.#list()
        failures = 0
        await this.#follow()
      } catch (error) {
        if (isGone(error)) break
        await this.#pause(this.#blame(error, ++failures))
      }
    }
    if (!this.#stop.signal.aborted) this.#leave()
    this.#settle()
  }

  async #list(): Promise<void> {
    const { client, resource, labelSelector, store } = this.#options
    const { signal } = this.#stop
    const { items, resourceVersion } = await client.list(resource, {
      labelSelector,
      signal,
      map: slim,
      deadline: 5_000,
    })
    store.replace(kindIdOf(resource), items, resourceVersion)
    this.#version = resourceVersion
    this.#listed = true
    this.#tell(undefined)
    this.#settle()
  }

  /** Follows the changes, over as many watch requests as it takes; returns when it has to list anew. */
  async #follow(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const start = performance.now()
      try {
        for await (const event of this.#watch()) {
          this.#apply(event)
          failures = 0
          this.#tell(undefined)
        }
        if (performance.now() - start < TOO_SHORT) await this.#pause(backoff(++failures))
      } catch (error) {
        if (isExpired(error) || isAheadOfServer(error)) return
        if (isGone(error) || isForbidden(error)) throw error
        await this.#pause(this.#blame(error, ++failures))
      }
    }
  }

  #watch(): AsyncIterable<WatchEvent> {
    const { client, resource, labelSelector } = this.#options
    // Spread out, so that not all watches are renewed at once.
    const timeoutSeconds = Math.round(300 + Math.random() * 300)
    const { signal } = this.#stop
    return client.watch(resource, { labelSelector, resourceVersion: this.#version, timeoutSeconds, signal })
  }

  #apply(event: WatchEvent): void {
    const { store } = this.#options
    if (event.type === 'BOOKMARK') {
      this.#version = event.resourceVersion
      return
    }
    const { object } = event
    const { uid, resourceVersion } = object.metadata
    if (event.type === 'DELETED') store.remove(keyOf(object), uid, resourceVersion)
    else store.put(slim(object))
    this.#version = resourceVersion
  }

  /** Says what is wrong; returns how long to wait, in milliseconds. */
  #blame(error: unknown, failures: number): number {
    if (this.#stop.signal.aborted) return 0
    const { kind, group } = this.resource
    const name = group === '' ? kind : `${kind}.${group}`
    const forbidden = isForbidden(error)
    const reason = error instanceof Error ? error.message : String(error)
    if (forbidden || failures > SHORT_OUTAGE)
      this.#tell(fault(forbidden ? 'forbidden' : 'unavailable', `watching ${name}: ${reason}`))
    if (forbidden) this.#settle()
    return forbidden ? FORBIDDEN_PAUSE * (1 + Math.random()) : backoff(failures)
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
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 404 || error.code === 405)
}

function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 403 || error.code === 401)
}

/** etcd was restored from a backup: the server has not come as far yet as we have. */
function isAheadOfServer(error: unknown): boolean {
  return error instanceof ApiError && error.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge')
}
