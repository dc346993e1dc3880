import { ApiError, isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { Resource } from '../../model/schema.ts'
import { until } from '../../support/concurrency/until.ts'

/** The server takes a second or two to serve what a CustomResourceDefinition defines. */
const SERVED_WITHIN_MS = 5_000

/** Looks whether kinds are served whose CustomResourceDefinition is there: once for all that need one. */
export class ComingKinds {
  readonly #client: Pick<ClusterClient, 'latest'>
  readonly #onRetry: () => void
  readonly #looks = new Map<string, Promise<boolean>>()

  constructor(client: Pick<ClusterClient, 'latest'>, onRetry: () => void) {
    this.#client = client
    this.#onRetry = onRetry
  }

  /** Resolves with true as soon as the kind is served, with false where that takes too long. */
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
