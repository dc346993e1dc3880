import { isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../model/well-known-resources.ts'
import { wait } from '../../support/concurrency/pause.ts'

/** After a change it takes the server up to a second or two to show the kind, in milliseconds. */
const LOOK_AFTER_MS = [200, 800, 2_000]
/** Maximum delay before it looks again, where changes come all the time or can't be watched. */
const LOOK_AGAIN_MS = 30_000
/** A change so soon after the last one, in milliseconds, is one of many. */
const RUSH_MS = 10_000
/** So many in a row are looked at as they come. */
const PATIENCE = 3

/**
 * While objects wait for their kind to be served, watches the cluster's CustomResourceDefinitions,
 * whoever makes them. Costs nothing while nobody waits.
 */
export class KindWaiter {
  readonly #client: ClusterClient
  readonly #onKinds: () => Promise<void>
  readonly #onUnforeseen: (error: unknown) => void
  #waiting: AbortController | undefined

  /**
   * @param onKinds called when other kinds may be served than before
   * @param onUnforeseen told of errors that are no failed requests; it goes on all the same
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

  /** Resolves when a CRD came, went or changed. What came before it looked counts, too. */
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

  /** The next look asks again, whatever failed. */
  #note(error: unknown): void {
    if (!isRequestError(error)) this.#onUnforeseen(error)
  }
}

function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2)
}
