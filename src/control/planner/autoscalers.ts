import { isForbidden } from '../../adapters/cluster/api-error.ts'
import { isJsonObject } from '../../model/json.ts'
import { gvkOf, idOf, type KubernetesObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { DesiredState } from '../fleet/desired-state.ts'

const GROUP = 'autoscaling'
const KIND = 'HorizontalPodAutoscaler'
/** Maximum age of a list that counts as current, in milliseconds. */
const FRESH_MS = 10_000

/** Autoscaler of a workload. */
export interface Autoscaler {
  /** Name of the HorizontalPodAutoscaler; undefined if Reeve may not list them. */
  readonly name: string | undefined
}

/** Name of a HorizontalPodAutoscaler, and its target. */
interface Scaling {
  readonly name: string
  readonly target: Pick<ObjectKey, 'group' | 'kind' | 'name'>
}

interface Listed {
  readonly at: number
  /** Undefined if Reeve may not list them. */
  readonly found: Promise<readonly Scaling[] | undefined>
}

/** Finds the HorizontalPodAutoscalers of workloads; lists only the namespaces that it is asked about. */
export class Autoscalers {
  readonly #view: ClusterView
  readonly #lists = new Map<string, Listed>()

  constructor(view: ClusterView) {
    this.#view = view
  }

  /** The live one that targets an object; undefined if there is none. */
  async of(key: ObjectKey): Promise<Autoscaler | undefined> {
    if (key.namespace === '') return undefined
    const found = await this.#inNamespace(key.namespace)
    if (found === undefined) return { name: undefined }
    const scaling = found.find((each) => isTarget(each, key))
    return scaling && { name: scaling.name }
  }

  /** Whether an autoscaler still targets the object; takes no request if Reeve watches the named one. */
  async isStill(key: ObjectKey, name: string | undefined): Promise<boolean> {
    const watched = name === undefined ? undefined : this.#view.cache.get(autoscalerId(key.namespace, name))
    if (watched !== undefined && isTarget(scalingOf(watched), key)) return true
    return (await this.of(key)) !== undefined
  }

  /** Name of the one that Git declares for the object, whether it exists or not. */
  declaredFor(key: ObjectKey, { claims, members }: DesiredState): string | undefined {
    const prefix = autoscalerId(key.namespace, '')
    for (const [id, names] of claims) {
      if (!id.startsWith(prefix)) continue
      const declared = names.flatMap((name) => members.get(name)?.objects.get(id)?.object ?? [])
      const scaling = declared.map(scalingOf).find((each) => isTarget(each, key))
      if (scaling !== undefined) return scaling.name
    }
    return undefined
  }

  /** Drops the lists, which may be outdated. */
  refresh(): void {
    this.#lists.clear()
  }

  #inNamespace(namespace: string): Listed['found'] {
    const known = this.#lists.get(namespace)
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return known.found
    const found = this.#list(namespace)
    this.#lists.set(namespace, { at: Date.now(), found })
    found.catch(() => this.#lists.delete(namespace)) // the caller gets the error, the next one asks anew
    return found
  }

  async #list(namespace: string): Listed['found'] {
    const { client, kinds } = this.#view
    const resource = kinds.preferred(GROUP, KIND)
    if (resource === undefined) return []
    try {
      return (await client.list(resource, { namespace })).items.flatMap((each) => scalingOf(each) ?? [])
    } catch (error) {
      if (isForbidden(error)) return undefined
      throw error
    }
  }
}

export function autoscalerId(namespace: string, name: string): ObjectId {
  return idOf({ group: GROUP, kind: KIND, namespace, name })
}

function scalingOf({ metadata, spec }: KubernetesObject): Scaling | undefined {
  const reference = isJsonObject(spec) ? spec.scaleTargetRef : undefined
  if (!isJsonObject(reference)) return undefined
  const { apiVersion, kind, name } = reference
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return undefined
  return { name: metadata.name, target: { group: gvkOf({ apiVersion, kind }).group, kind, name } }
}

/** Compares group, kind and name, as the controller does (autoscaling/v2, CrossVersionObjectReference). */
function isTarget(scaling: Scaling | undefined, { group, kind, name }: ObjectKey): boolean {
  const target = scaling?.target
  return target?.name === name && target.kind === kind && target.group === group
}
