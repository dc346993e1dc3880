import type { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { collectionPath } from '../../src/adapters/cluster/resource-path.ts'
import { REPOSITORY_LABEL } from '../../src/model/labels.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { KINDS } from './world/catalogue.ts'

/** The part of the cluster that a run has for itself: a namespace, and what carries its label. */
export class Allotment {
  readonly #client: ClusterClient
  readonly #name: string

  private constructor(client: ClusterClient, name: string) {
    this.#client = client
    this.#name = name
  }

  static async open(client: ClusterClient, name: string): Promise<Allotment> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await client.raw('POST', '/api/v1/namespaces', {
      body: JSON.stringify(namespace),
      contentType: 'application/json',
    })
    return new Allotment(client, name)
  }

  /** All objects in it, of the kinds of the catalogue. */
  async objects(): Promise<readonly LiveObject[]> {
    const lists = await Promise.all(
      KINDS.map(({ resource }) => this.#client.list(resource, this.#selected(resource))),
    )
    return lists.flatMap(({ items }) => items)
  }

  /** Leaves nothing that later runs would have to look at. */
  async clear(): Promise<void> {
    await Promise.all(
      KINDS.map(({ resource }) => {
        const { namespace = '', labelSelector = '' } = this.#selected(resource)
        const selection = `?labelSelector=${encodeURIComponent(labelSelector)}`
        return this.#client.raw('DELETE', collectionPath(resource, namespace) + selection)
      }),
    )
  }

  #selected({ namespaced }: { readonly namespaced: boolean }): {
    readonly namespace?: string
    readonly labelSelector?: string
  } {
    return namespaced ? { namespace: this.#name } : { labelSelector: `${REPOSITORY_LABEL}=${this.#name}` }
  }
}
