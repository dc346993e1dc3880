import { ApiError, isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { Resource } from '../../model/schema.ts'
import { until } from '../../support/concurrency/until.ts'

/** Maximum wait for a kind to be served, in milliseconds; it takes the server a second or two. */
const SERVED_WITHIN_MS = 5_000

/** Waits until kinds whose CustomResourceDefinition exists are served; objects of a kind share one wait. */
export class ComingKinds {
  readonly #client: Pick<ClusterClient, 'latest'>
  readonly #onRetry: () => void
  readonly #looks = new Map<string, Promise<boolean>>()

  constructor(client: Pick<ClusterClient, 'latest'>, onRetry: () => void) {
    this.#client = client
    this.#onRetry = onRetry
  }

  /** Resolves with true as soon as the kind is served, with false on timeout. */
  isServed(resource: Resource): Promise<boolean> {
    const name = `${resource.group}/${resource.version}/${resource.kind}`
    const known = this.#looks.get(name)
    if (known !== undefined) return known
    const look = this.#look(resource).finally(() => this.#looks.delete(name))
    this.#looks.set(name, look)
    return look
  }

  #look(resource: Resource): Promise<boolean> {
    return until(() => this.#answers(resource), AbortSignal.timeout(SERVED_WITHIN_MS), this.#onRetry)
  }

  /** Any answer but "not found" comes from the kind. */
  async #answers(resource: Resource): Promise<boolean> {
    try {
      await this.#client.latest(resource, { deadline: 0 })
      return true
    } catch (error) {
      if (!isRequestError(error)) throw error
      return error instanceof ApiError && error.code !== 404
    }
  }
}
