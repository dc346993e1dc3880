import type { ClusterClient } from '../cluster/client.ts'
import { isJsonObject, type JsonObject } from '../model/json.ts'
import type { LiveObject } from '../model/object.ts'
import type { Resource } from '../model/schema.ts'

const PODS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: ['list', 'watch', 'patch'],
}

/**
 * Plays the kubelet, which a control plane without nodes lacks: each new Pod is reported running and
 * ready, a Job's Pod as succeeded, so that workloads become what a real cluster would make them.
 *
 * @returns when `signal` ends it
 */
export async function simulatePods(client: ClusterClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await followPods(client, signal)
    } catch (error) {
      if (signal.aborted) return
      await new Promise((resolve) => setTimeout(resolve, 200))
      if (!(error instanceof Error)) throw error
    }
  }
}

async function followPods(client: ClusterClient, signal: AbortSignal): Promise<void> {
  const { items, resourceVersion } = await client.list(PODS, { signal })
  await Promise.all(items.map((pod) => finish(client, pod)))
  for await (const event of client.watch(PODS, { resourceVersion, signal }))
    if (event.type === 'ADDED') void finish(client, event.object).catch(() => {})
}

async function finish(client: ClusterClient, pod: LiveObject): Promise<void> {
  const { namespace = '', name } = pod.metadata
  await client.raw('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ status: isOfJob(pod) ? SUCCEEDED : running(pod) }),
  })
}

const SUCCEEDED = { phase: 'Succeeded' }

function running(pod: LiveObject): JsonObject {
  const since = new Date().toISOString()
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: since })
  return {
    phase: 'Running',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: containersOf(pod).map((container) => ({
      name: container.name ?? '',
      image: container.image ?? '',
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: since } },
    })),
  }
}

function containersOf(pod: LiveObject): readonly JsonObject[] {
  const containers = isJsonObject(pod.spec) ? pod.spec.containers : undefined
  return Array.isArray(containers) ? containers.filter(isJsonObject) : []
}

function isOfJob(pod: LiveObject): boolean {
  return pod.metadata.ownerReferences?.some((owner) => owner.kind === 'Job') ?? false
}
