import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { objectIn } from '../../../src/model/json.ts'
import { REPOSITORY_LABEL } from '../../../src/model/labels.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import type { Random } from '../../helpers/random.ts'
import type { Seen, Watched } from '../../helpers/rollout-promises.ts'

/** Versions that begin like this never run. */
export const BAD = 'bad'

const READY = 'app.example/ready'
const FAILED = 'app.example/failed'
const annotation = (name: string) =>
  `has(object.metadata.annotations) && '${name}' in object.metadata.annotations && object.metadata.annotations['${name}'] == object.data.version`

/** A ConfigMap is well when the application says that it runs its version. */
export const HEALTH = [{ kind: 'ConfigMap', healthy: annotation(READY), degraded: annotation(FAILED) }]

/** What all members have in common: after a moment they run the version that they are to run. */
export interface Application extends AsyncDisposable, Watched {}

/** Plays the application of all ConfigMaps of a repository in a namespace, and watches them. */
export function startApplication(
  { kubeconfig }: Pick<ControlPlane, 'kubeconfig'>,
  repository: string,
  namespace: string,
  random: Random,
): Application {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig), { userAgent: 'application' })
  const stop = new AbortController()
  const { signal } = stop
  const seen: Seen[] = []
  const ranNotBefore = new Map<string, number>()
  const begun = new Set<string>()
  const tasks = new Set<Promise<void>>()

  const say = async (name: string, version: string) => {
    await sleep(random.between(50, 400), undefined, { signal })
    ranNotBefore.set(`${name} ${version}`, Date.now())
    const annotations = { [version.startsWith(BAD) ? FAILED : READY]: version }
    await client.raw('PATCH', `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=application`, {
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ metadata: { annotations } }),
    })
  }
  const attend = (object: LiveObject) => {
    const { name, annotations = {} } = object.metadata
    const version = String(objectIn(object.data).version)
    const runs = annotations[READY]
    seen.push({ name, version, runs, at: Date.now() })
    const key = `${name} ${version}`
    if (runs === version || begun.has(key)) return
    begun.add(key)
    const task = say(name, version)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      .finally(() => tasks.delete(task))
    tasks.add(task)
  }
  const follow = async () => {
    const labelSelector = `${REPOSITORY_LABEL}=${repository}`
    const { items, resourceVersion } = await client.list(CONFIG_MAPS, { namespace, labelSelector, signal })
    for (const item of items) attend(item)
    for await (const event of client.watch(CONFIG_MAPS, {
      namespace,
      labelSelector,
      resourceVersion,
      signal,
    }))
      if (event.type === 'ADDED' || event.type === 'MODIFIED') attend(event.object)
  }
  const followed = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    seen,
    ranNotBefore,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([followed, ...tasks])
      await client[Symbol.asyncDispose]()
    },
  }
}
