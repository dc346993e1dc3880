import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { isJsonArray, isJsonObject, objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/schema.ts'

const SLICES: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  verbs: ['get', 'list', 'watch'],
}

/** Pods that a Service sends to, by name, each time that changes. */
export interface Served extends AsyncDisposable {
  readonly seen: readonly (readonly string[])[]
}

/** Looks all the while at which ready Pods a Service has. */
export function watchServed(kubeconfig: string, namespace: string, service: string): Served {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig), { userAgent: 'caller' })
  const stop = new AbortController()
  const { signal } = stop
  const slices = new Map<string, readonly string[]>()
  const seen: (readonly string[])[] = []
  const isOf = ({ metadata }: LiveObject) =>
    metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service
  const note = () => seen.push([...slices.values()].flat().sort())
  const follow = async () => {
    const { items, resourceVersion } = await client.list(SLICES, { signal })
    for (const item of items.filter(isOf)) slices.set(item.metadata.name, readyIn(item))
    note()
    for await (const event of client.watch(SLICES, { resourceVersion, signal })) {
      if (!('object' in event) || !isOf(event.object)) continue
      if (event.type === 'DELETED') slices.delete(event.object.metadata.name)
      else slices.set(event.object.metadata.name, readyIn(event.object))
      note()
    }
  }
  const followed = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    seen,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await followed
      await client[Symbol.asyncDispose]()
    },
  }
}

function readyIn(slice: LiveObject): readonly string[] {
  const { endpoints } = slice
  return (isJsonArray(endpoints) ? endpoints : [])
    .filter(isJsonObject)
    .filter(({ conditions }) => objectIn(conditions).serving === true)
    .map(({ targetRef }) => String(objectIn(targetRef).name))
}
