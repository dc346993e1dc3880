import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { CallOptions, ClusterClient } from '../../adapters/cluster/client.ts'
import type { List } from '../../adapters/cluster/list.ts'
import { parseObject } from '../../adapters/cluster/parse-answer.ts'
import { collectionPath, objectPath, query } from '../../adapters/cluster/resource-path.ts'
import type { WatchEvent } from '../../adapters/cluster/watch.ts'
import { FIELD_MANAGER } from '../../model/labels.ts'
import type { ObjectKey } from '../../model/object.ts'
import { LEASES } from '../../model/well-known-resources.ts'
import type { Lease, LeaseChange } from './lease.ts'
import { lacksRights } from './refusal.ts'

/** Maximum silence of the watch. Bookmarks come each minute; a dead watch may miss a challenge. */
const LONGEST_SILENCE_MS = 90_000

/** The Lease changed, appeared or disappeared since it was read: read it again. */
export type Moved = 'moved'

/**
 * Requests about one Lease. They neither queue behind the writes of objects nor wait for their guard. All
 * throw ApiError and ConnectionError.
 */
export class LeaseApi {
  readonly key: ObjectKey
  readonly #client: ClusterClient

  constructor(client: ClusterClient, { namespace, name }: Pick<ObjectKey, 'namespace' | 'name'>) {
    this.#client = client
    this.key = { group: LEASES.group, kind: LEASES.kind, namespace, name }
  }

  get(options: CallOptions = {}): Promise<Lease | undefined> {
    return this.#client.get(LEASES, this.key, options)
  }

  /** Lists only the Lease, with a resourceVersion to watch from. */
  list(options: CallOptions): Promise<List> {
    return this.#client.list(LEASES, { ...this.#selected(), ...options })
  }

  watch(resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent> {
    // Randomized, so that not all watches are renewed at once.
    const timeoutSeconds = Math.round(300 + Math.random() * 300)
    const options = { resourceVersion, timeoutSeconds, silence: LONGEST_SILENCE_MS, signal }
    return this.#client.watch(LEASES, { ...this.#selected(), ...options })
  }

  /** Changes the Lease as it was read; creates it if there was none. */
  async write(
    before: Lease | undefined,
    change: LeaseChange,
    options: CallOptions = {},
  ): Promise<Lease | Moved> {
    try {
      const { body } = await (before ? this.#patch(before, change, options) : this.#create(change, options))
      return parseObject(body, `the Lease ${this.key.namespace}/${this.key.name}`)
    } catch (error) {
      if (hasMoved(error, before)) return 'moved'
      throw error
    }
  }

  /** Deletes the Lease as it was read. */
  async delete({ metadata: { uid } }: Lease): Promise<void> {
    await this.#client.delete(LEASES, this.key, { uid, deadline: 0 })
  }

  #create({ annotations, spec }: LeaseChange, options: CallOptions) {
    const { name, namespace } = this.key
    const given = Object.entries(annotations ?? {}).filter(([, value]) => value !== null)
    const metadata = { name, namespace, annotations: Object.fromEntries(given) }
    const lease = { apiVersion: `${LEASES.group}/${LEASES.version}`, kind: LEASES.kind, metadata, spec }
    return this.#client.raw('POST', collectionPath(LEASES, namespace) + WRITE, {
      ...options,
      body: JSON.stringify(lease),
      contentType: 'application/json',
    })
  }

  #patch(before: Lease, { annotations, spec }: LeaseChange, options: CallOptions) {
    const { resourceVersion } = before.metadata
    const metadata = { resourceVersion, ...(annotations && { annotations }) }
    return this.#client.raw('PATCH', objectPath(LEASES, this.key) + WRITE, {
      ...options,
      body: JSON.stringify({ metadata, ...(spec && { spec }) }),
      contentType: 'application/merge-patch+json',
    })
  }

  #selected() {
    return { namespace: this.key.namespace, fieldSelector: `metadata.name=${this.key.name}` }
  }
}

const WRITE = query({ fieldManager: FIELD_MANAGER })

/**
 * Whether Reeve may not use the Lease (403), or the API server lacks this API (404, 405). A refusal by
 * admission, a quota for example, does not count: others may still be able to write it.
 */
export function isRefused(error: unknown): boolean {
  return error instanceof ApiError && (lacksRights(error) || [404, 405].includes(error.code))
}

/** Whether there is a conflict, or the Lease is gone; a missing namespace or kind does not count. */
function hasMoved(error: unknown, before: Lease | undefined): boolean {
  if (!(error instanceof ApiError)) return false
  return error.code === 409 || (error.code === 404 && error.reason === 'NotFound' && before !== undefined)
}
