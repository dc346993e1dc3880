import type { ClusterClient } from '../../src/adapters/cluster/client.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { ApiServer } from './api-get.ts'
import { liveAll } from './live.ts'
import { until } from './until.ts'

const WITHIN_MS = 90_000

/** Resolves with the names of a selector's Pods when there are any. */
export function podsWhen(api: ApiServer, namespace: string, selector: string): Promise<string[]> {
  return until(
    `Pods of ${selector}`,
    async () => {
      const pods = await liveAll(api, namespace, 'pods', selector)
      return pods.length > 0 ? pods.map(({ metadata }) => metadata.name) : undefined
    },
    WITHIN_MS,
  ) as Promise<string[]>
}

/** Patches a Pod's status as a kubelet would. */
export async function setPodStatus(
  client: ClusterClient,
  namespace: string,
  pod: string,
  status: JsonObject,
): Promise<void> {
  await client.raw('PATCH', `/api/v1/namespaces/${namespace}/pods/${pod}/status`, {
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ status }),
  })
}

/** Puts a Pod on a node, as a scheduler would; the node need not be there. */
export async function bindPod(client: ClusterClient, namespace: string, pod: string): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' }
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod }, target }
  await client.raw('POST', `/api/v1/namespaces/${namespace}/pods/${pod}/binding`, {
    contentType: 'application/json',
    body: JSON.stringify(binding),
  })
}

/** A ContainerStatus of the container `web`. */
export function containerStatus(state: JsonObject, more: JsonObject = {}): JsonObject {
  return { name: 'web', image: 'web:1', imageID: '', ready: false, restartCount: 0, state, ...more }
}

export function waiting(reason: string, message = '', more: JsonObject = {}): JsonObject {
  return { phase: 'Pending', containerStatuses: [containerStatus({ waiting: { reason, message } }, more)] }
}

/** Running and ready. */
export function ready(): JsonObject {
  const since = new Date().toISOString()
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: since })
  return {
    phase: 'Running',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: [containerStatus({ running: { startedAt: since } }, { ready: true, started: true })],
  }
}
