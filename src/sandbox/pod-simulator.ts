import { setTimeout as delay } from 'node:timers/promises'
import { ClusterClient } from '../adapters/cluster/client.ts'
import { loadKubeConfig } from '../adapters/cluster/load-kube-config.ts'
import { isJsonObject, type JsonObject } from '../model/json.ts'
import type { LiveObject } from '../model/object.ts'
import { PODS } from '../model/well-known-resources.ts'
import { crashLooping, ended, isNew, isRunning, type PodFailure, running } from './pod-status.ts'

export interface PodSimulatorOptions {
  /** How the containers of a Pod fail; undefined if they do not. */
  readonly failureOf?: (pod: LiveObject) => PodFailure | undefined
  /** Runs what a Pod would that is not restarted, in place of its containers; the signal says that all ends. */
  readonly run?: (pod: LiveObject, signal: AbortSignal) => Promise<PodEnd>
  /** Run time of a Pod that succeeds, in milliseconds; by default 0. */
  readonly jobDuration?: number
}

/** How the containers of a Pod ended. */
export interface PodEnd {
  /** Absent where they ended well. */
  readonly failure?: PodFailure
  /** What they left in their termination message. */
  readonly message?: string
}

/**
 * Simulates the kubelet, which a control plane without nodes lacks: reports each new Pod as running and
 * ready, and one that is not restarted as succeeded, so that workloads become as in a real cluster. A failing
 * Pod ends as failed, or is in a crash loop if its restartPolicy restarts it. Statuses that others report stay.
 */
export function startPodSimulator(kubeconfig: string, options: PodSimulatorOptions = {}): AsyncDisposable {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  const stop = new AbortController()
  const simulated = simulatePods({ client, signal: stop.signal, options, alive: new Map() })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await simulated
      await client[Symbol.asyncDispose]()
    },
  }
}

interface Simulation {
  readonly client: ClusterClient
  readonly signal: AbortSignal
  readonly options: PodSimulatorOptions
  /** The simulation of each Pod, by its uid. */
  readonly alive: Map<string, Promise<void>>
}

async function simulatePods(simulation: Simulation): Promise<void> {
  const { signal, alive } = simulation
  while (!signal.aborted) {
    try {
      await followPods(simulation)
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof Error)) throw error
      await delay(200)
    }
  }
  await Promise.all(alive.values())
}

async function followPods(simulation: Simulation): Promise<void> {
  const { client, signal } = simulation
  const { items, resourceVersion } = await client.list(PODS, { signal })
  for (const pod of items) attend(simulation, pod)
  for await (const event of client.watch(PODS, { resourceVersion, signal }))
    if (event.type === 'ADDED' || event.type === 'MODIFIED') attend(simulation, event.object)
}

function attend(simulation: Simulation, pod: LiveObject): void {
  const { alive } = simulation
  const { uid } = pod.metadata
  if (alive.has(uid)) return
  const life = live(simulation, pod)
    .catch(() => {}) // the Pod is gone, or a later event or list shows it again
    .finally(() => alive.delete(uid))
  alive.set(uid, life)
}

async function live(simulation: Simulation, pod: LiveObject): Promise<void> {
  const failure = simulation.options.failureOf?.(pod)
  if (ends(pod, failure)) await runToItsEnd(simulation, pod, failure)
  else if (isNew(pod)) await report(simulation, pod, failure ? crashLooping(pod, failure) : running(pod))
}

async function runToItsEnd(simulation: Simulation, pod: LiveObject, failure?: PodFailure): Promise<void> {
  const { jobDuration = 0, run } = simulation.options
  if (!isNew(pod) && !isRunning(pod)) return
  const runs = isNew(pod) && jobDuration > 0 ? await report(simulation, pod, running(pod)) : pod
  await delay(jobDuration, undefined, { signal: simulation.signal })
  const end = await run?.(pod, simulation.signal)
  await report(simulation, runs, ended(runs, end?.failure ?? failure, end?.message))
}

function ends(pod: LiveObject, failure: PodFailure | undefined): boolean {
  const restartPolicy = isJsonObject(pod.spec) ? pod.spec.restartPolicy : undefined
  return failure ? restartPolicy === 'Never' : restartPolicy !== undefined && restartPolicy !== 'Always'
}

// Resolves to the updated Pod. The uid protects another Pod of the same name from the status.
async function report(
  { client, signal }: Simulation,
  { metadata: { namespace = '', name, uid } }: LiveObject,
  status: JsonObject,
): Promise<LiveObject> {
  const { body } = await client.raw('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ metadata: { uid }, status }),
    signal,
  })
  return JSON.parse(body)
}
