import { hash } from 'node:crypto'
import { hasCode } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { type JsonObject, type JsonValue, objectIn, parseJson, writeJson } from '../../model/json.ts'
import { leaseName } from '../../model/lease-name.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../model/object.ts'
import { CONFIG_MAPS } from '../../model/well-known-resources.ts'

/** Maximum wait for the API server, in milliseconds. */
const DEADLINE_MS = 10_000
/** Label: name of the Repository. */
const LABEL = 'reeve.dev/rollouts-of'

export interface RecordCopiesOptions {
  readonly client: () => ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  readonly namespace: () => string
}

/**
 * Copies of groups' records in the cluster, a ConfigMap each: what a group went back from stays known although the
 * status branch is lost.
 */
export class RecordCopies {
  readonly #options: RecordCopiesOptions

  constructor(options: RecordCopiesOptions) {
    this.#options = options
  }

  /**
   * By group.
   * @throws ApiError, ConnectionError
   */
  async load(): Promise<ReadonlyMap<string, JsonValue>> {
    const { client, repository, namespace } = this.#options
    const options = { namespace: namespace(), labelSelector: `${LABEL}=${repository}`, deadline: DEADLINE_MS }
    const { items } = await client().list(CONFIG_MAPS, options)
    return new Map(items.flatMap((object) => readCopy(object)))
  }

  /** @throws ApiError, ConnectionError */
  async save(group: string, record: JsonObject): Promise<void> {
    const { client } = this.#options
    const object = this.#objectFor(group, record)
    const key = keyOf(object)
    try {
      const operations = [{ op: 'add', path: '/data', value: object.data as JsonObject }] as const
      await client().patch(CONFIG_MAPS, key, operations, { deadline: DEADLINE_MS })
    } catch (error) {
      if (!hasCode(error, 404)) throw error
      await client().create(CONFIG_MAPS, object, { deadline: DEADLINE_MS })
    }
  }

  #objectFor(group: string, record: JsonObject): KubernetesObject {
    const { repository, namespace } = this.#options
    const suffix = hash('sha256', group).slice(0, 16)
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `${leaseName(repository)}-rollout-${suffix}`,
        namespace: namespace(),
        labels: { 'app.kubernetes.io/name': 'reeve', [LABEL]: repository },
        annotations: { 'kubernetes.io/description': DESCRIPTION },
      },
      data: { group, record: writeJson(record) },
    }
  }
}

const DESCRIPTION = 'What Reeve remembers of the rollout of a group, beside its status branch.'

function readCopy({ data }: LiveObject): [string, JsonValue][] {
  const { group, record } = objectIn(data)
  const read = typeof record === 'string' ? parseJson(record) : undefined
  return typeof group === 'string' && read !== undefined ? [[group, read]] : []
}
