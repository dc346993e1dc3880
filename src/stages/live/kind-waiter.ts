import { isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../model/well-known-resources.ts'
import { wait } from '../../support/concurrency/pause.ts'

/** Delays before each look after a change, in milliseconds: the kind is served within a second or two. */
const LOOK_AFTER_MS = [200, 800, 2_000]
/** Maximum delay between looks, in milliseconds, where changes are frequent or cannot be watched. */
const LOOK_AGAIN_MS = 30_000
/** A change within this time of the last one, in milliseconds, belongs to a batch. */
const RUSH_MS = 10_000
/** Number of consecutive changes that are looked at without a delay. */
const PATIENCE = 3

/**
 * Watches all CustomResourceDefinitions of the cluster while objects wait for their kind to be served. Costs
 * nothing while none waits.
 */
export class KindWaiter {
  readonly #client: ClusterClient
  readonly #onKinds: () => Promise<void>
  readonly #onUnforeseen: (error: unknown) => void
  #waiting: AbortController | undefined

  /**
   * @param onKinds called when the set of served kinds may have changed
   * @param onUnforeseen called with errors other than failed requests; the waiter goes on
   */
  constructor(client: ClusterClient, onKinds: () => Promise<void>, onUnforeseen: (error: unknown) => void) {
    this.#client = client
    this.#onKinds = onKinds
    this.#onUnforeseen = onUnforeseen
  }

  /** Starts or stops watching. */
  set(isWaiting: boolean): void {
    if (isWaiting === (this.#waiting !== undefined)) return
    this.#waiting?.abort()
    this.#waiting = isWaiting ? new AbortController() : undefined
    if (this.#waiting) void this.#wait(this.#waiting.signal)
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (let rush = 0; !signal.aborted; ) {
      const start = performance.now()
      await this.#nextChange(signal).catch((error: unknown) => {
        this.#note(error)
        return wait(jittered(LOOK_AGAIN_MS), signal)
      })
      rush = performance.now() - start < RUSH_MS ? rush + 1 : 0
      if (rush > PATIENCE)
        await wait(jittered(Math.min(LOOK_AGAIN_MS, 1_000 * 2 ** (rush - PATIENCE))), signal)
      for (const delay of LOOK_AFTER_MS) {
        await wait(delay, signal)
        await this.#look(signal)
      }
    }
  }

  /**
   * Resolves when a CRD was added, removed or changed. Looks once before it watches, so that no earlier
   * change is missed.
   */
  async #nextChange(signal: AbortSignal): Promise<void> {
    const { resourceVersion } = await this.#client.list(CUSTOM_RESOURCE_DEFINITIONS, {
      metadataOnly: true,
      signal,
    })
    await this.#look(signal)
    for await (const event of this.#client.watch(CUSTOM_RESOURCE_DEFINITIONS, { resourceVersion, signal }))
      if (event.type !== 'BOOKMARK') return
  }

  async #look(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#onKinds().catch((error: unknown) => this.#note(error))
  }

  /** Reports an unforeseen error; the next look retries in any case. */
  #note(error: unknown): void {
    if (!isRequestError(error)) this.#onUnforeseen(error)
  }
}

function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2)
}
