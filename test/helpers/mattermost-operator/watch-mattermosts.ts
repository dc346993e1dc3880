import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/schema.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'

const MATTERMOSTS: Resource = {
  group: 'installation.mattermost.com',
  version: 'v1beta1',
  kind: 'Mattermost',
  plural: 'mattermosts',
  namespaced: true,
  verbs: ['get', 'list', 'watch'],
}

/** Calls back with all Mattermosts as they are, and as they ever are until it is disposed. */
export function watchMattermosts(
  { kubeconfig }: Pick<ControlPlane, 'kubeconfig'>,
  onSeen: (chat: LiveObject) => void,
): AsyncDisposable {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig), { userAgent: 'onlooker' })
  const stop = new AbortController()
  const { signal } = stop
  const follow = async () => {
    const { items, resourceVersion } = await client.list(MATTERMOSTS, { signal })
    for (const item of items) onSeen(item)
    for await (const event of client.watch(MATTERMOSTS, { resourceVersion, signal }))
      if (event.type === 'ADDED' || event.type === 'MODIFIED') onSeen(event.object)
  }
  const followed = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await followed
      await client[Symbol.asyncDispose]()
    },
  }
}
