import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { Fault } from '../../model/fault.ts'
import { REPOSITORY_LABEL } from '../../model/labels.ts'
import { keyOf, type LiveObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import { GoneKinds } from './gone-kinds.ts'
import { KindWatch } from './kind-watch.ts'
import { kindIdOf, type LiveChange, ObjectStore } from './object-store.ts'
import { slim } from './slim.ts'

export type { LiveChange } from './object-store.ts'

export interface LiveCacheOptions {
  readonly client: ClusterClient
  /** Name of the Repository: the label value of its objects. */
  readonly repository: string
  /** Called before each retry of a list or watch. */
  readonly onRetry?: (() => void) | undefined
}

/** A change in how the watch of a kind is doing. */
export interface KindTrouble {
  readonly resource: Resource
  /** `forbidden` or `unavailable`; undefined: the fault is over. */
  readonly fault: Fault | undefined
  /** The cluster no longer serves the kind: its objects were dropped and its watch has ended. */
  readonly gone: boolean
}

/**
 * The live objects of a Repository: one watch per kind in use, over all namespaces, by label. Objects have no
 * metadata.managedFields except those of `scale`. A kind is watched in one version: the first requested.
 */
export class LiveCache implements AsyncDisposable {
  readonly #options: LiveCacheOptions
  readonly #store = new ObjectStore((change) => this.#emit(change))
  readonly #watches = new Map<string, KindWatch>()
  readonly #gone = new GoneKinds()
  readonly #closed = new AbortController()
  readonly #onChange = new Set<(change: LiveChange) => void>()
  readonly #onTrouble = new Set<(trouble: KindTrouble) => void>()

  constructor(options: LiveCacheOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#store.size
  }

  /**
   * Watches these kinds too. Resolves when the cache holds all their objects. It does not wait for a kind
   * that Reeve may not read, that is not served, or for which alone the API server has no answer: see
   * isWatched, faultOf, onTrouble. A kind that was just found not to be served is retried after a delay,
   * however often it is requested.
   *
   * @throws AbortError after disposal: nothing would end the new watches
   */
  async watch(resources: Iterable<Resource>): Promise<void> {
    this.#closed.signal.throwIfAborted()
    this.#wake()
    await Promise.all([...resources].map((resource) => this.#watchOf(resource).ready))
  }

  /** Whether the cache holds all objects of the kind. */
  isWatched(resource: Pick<Resource, 'group' | 'kind'>): boolean {
    return this.#watches.get(kindIdOf(resource))?.isListed === true
  }

  /** The resource that is watched, including its version; undefined where the kind is not watched. */
  watched(resource: Pick<Resource, 'group' | 'kind'>): Resource | undefined {
    return this.#watches.get(kindIdOf(resource))?.resource
  }

  /** The fault that keeps the kind from being watched now, `forbidden` or `unavailable`. */
  faultOf(resource: Pick<Resource, 'group' | 'kind'>): Fault | undefined {
    return this.#watches.get(kindIdOf(resource))?.trouble
  }

  get(id: ObjectId): LiveObject | undefined {
    return this.#store.get(id)
  }

  all(): Iterable<LiveObject> {
    return this.#store.all()
  }

  /** Values of the label reeve.dev/installation. */
  installations(): Iterable<string> {
    return this.#store.installations()
  }

  /** @param id value of the label reeve.dev/installation */
  byInstallation(id: string): Iterable<LiveObject> {
    return this.#store.byInstallation(id)
  }

  /**
   * Stores the answer of a write at once, or removes an object that lost the Repository's label. Ignores an
   * answer that is older than the cache or of an unwatched kind.
   */
  put(object: LiveObject): void {
    const key = keyOf(object)
    if (!this.#watches.has(kindIdOf(key))) return
    const { uid, resourceVersion, labels } = object.metadata
    if (labels?.[REPOSITORY_LABEL] === this.#options.repository) this.#store.put(slim(object))
    else this.#store.remove(key, uid, resourceVersion)
  }

  /** Removes an object that the API server deleted; another object of the same name stays. */
  remove(key: ObjectKey, uid: string): void {
    this.#store.remove(key, uid)
  }

  /** @returns ends the subscription */
  onChange(listener: (change: LiveChange) => void): () => void {
    this.#onChange.add(listener)
    return () => this.#onChange.delete(listener)
  }

  /** @returns ends the subscription */
  onTrouble(listener: (trouble: KindTrouble) => void): () => void {
    this.#onTrouble.add(listener)
    return () => this.#onTrouble.delete(listener)
  }

  /** Stops watching the kind and forgets its objects, without emitting changes. */
  async stop(resource: Pick<Resource, 'group' | 'kind'>): Promise<void> {
    const id = kindIdOf(resource)
    const watch = this.#watches.get(id)
    this.#watches.delete(id)
    await watch?.[Symbol.asyncDispose]()
    if (watch !== undefined) this.#store.forget(id)
  }

  /** Ends all watches. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await Promise.all([...this.#watches.values()].map((watch) => watch[Symbol.asyncDispose]()))
    this.#watches.clear()
  }

  #watchOf(resource: Resource): KindWatch {
    const id = kindIdOf(resource)
    const running = this.#watches.get(id)
    if (running !== undefined) return running
    const watch = new KindWatch({
      client: this.#options.client,
      resource,
      labelSelector: `${REPOSITORY_LABEL}=${this.#options.repository}`,
      store: this.#store,
      onRetry: this.#options.onRetry,
      startAfter: this.#gone.delay(resource, Date.now()),
      othersAnswer: () => this.#answersFor(id),
      onTrouble: (fault) => {
        // Permissions are mostly granted for several kinds at once.
        if (fault === undefined) this.#wake()
        this.#tell({ resource, fault, gone: false })
      },
      onGone: () => {
        this.#watches.delete(id)
        this.#gone.note(resource, Date.now())
        this.#tell({ resource, fault: undefined, gone: true })
      },
    })
    this.#watches.set(id, watch)
    return watch
  }

  /** Whether another kind is listed and watched without a fault. */
  #answersFor(otherThan: string): boolean {
    return [...this.#watches].some(
      ([id, { isListed, trouble }]) => id !== otherThan && isListed && trouble === undefined,
    )
  }

  /** Retries forbidden kinds now. */
  #wake(): void {
    for (const watch of this.#watches.values()) watch.wake()
  }

  #emit(change: LiveChange): void {
    for (const listener of this.#onChange) listener(change)
  }

  #tell(trouble: KindTrouble): void {
    for (const listener of this.#onTrouble) listener(trouble)
  }
}
