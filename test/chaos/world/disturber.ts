import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { objectPath } from '../../../src/adapters/cluster/resource-path.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../src/model/labels.ts'
import {
  idOf,
  type KubernetesObject,
  keyOf,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../../src/model/object.ts'
import type { Random } from '../../helpers/random.ts'
import { kindCalled } from './catalogue.ts'
import { slotsIn, withSlots } from './declaration.ts'

/** A slot that somebody else put into an object: it is to stay as long as the object does. */
export interface ForeignSlot {
  readonly id: ObjectId
  readonly uid: string
  readonly slot: string
  readonly value: number
}

/** What is changed back oftener is put back later and later: contention is not what is tried here. */
const MOST_DRIFTS = 3
/** Whoever changes what Git declares does so with a tool that applies manifests; it keeps nothing. */
const DEPLOYER = 'kubectl-replace'
const FOREIGNER = 'somebody-else'

type Deed = 'add' | 'delete' | 'change' | 'recreate' | 'unlabel' | 'forget'

/** Somebody who works on the live objects beside Reeve, as people, controllers and restores do. */
export class Disturber {
  readonly #client: ClusterClient
  readonly #random: Random
  readonly #drifts = new Map<ObjectId, number>()
  readonly #foreign: ForeignSlot[] = []
  readonly #deeds: Readonly<Record<Deed, (live: LiveObject) => Promise<void>>> = {
    add: (live) => this.#add(live),
    delete: (live) => this.#delete(live),
    change: (live) => this.#replace(withSlots(live, this.#changed(live)), DEPLOYER),
    recreate: (live) => this.#recreate(live),
    unlabel: (live) => this.#replace(this.#unlabelled(live), DEPLOYER),
    forget: (live) => this.#replace(withoutAnnotation(live), DEPLOYER),
  }

  constructor(client: ClusterClient, random: Random) {
    this.#client = client
    this.#random = random
  }

  /** All that was added and is to stay. */
  get foreign(): readonly ForeignSlot[] {
    return this.#foreign
  }

  /**
   * Does something to one of these objects, if any is there.
   * @returns what, for people
   */
  async disturb(keys: readonly ObjectKey[]): Promise<string> {
    const live = await this.#oneOf(keys)
    if (live === undefined) return 'nothing to disturb'
    const key = keyOf(live)
    const deed = this.#random.pick(this.#deedsFor(key))
    const said = `${deed} ${idOf(key)}`
    try {
      await this.#deeds[deed](live)
      return said
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return `${said}: ${error.message}`
    }
  }

  async #oneOf(keys: readonly ObjectKey[]): Promise<LiveObject | undefined> {
    for (const key of this.#random.shuffle(keys)) {
      const live = await this.#client.get(kindCalled(key.kind).resource, key)
      if (live !== undefined) return live
    }
    return undefined
  }

  /**
   * Without its annotation the record of what was applied is gone: it can be told from who wrote what,
   * but not where others wrote what Git declares. So an object meets one or the other.
   */
  #deedsFor(key: ObjectKey): readonly Deed[] {
    const id = idOf(key)
    const drifts = this.#drifts.get(id) ?? 0
    this.#drifts.set(id, drifts + 1)
    if (drifts >= MOST_DRIFTS) return ['add', 'delete']
    const isForgotten = Number(key.name.at(-1)) % 3 === 0
    return isForgotten
      ? ['add', 'delete', 'forget']
      : ['add', 'delete', 'change', 'change', 'recreate', 'unlabel']
  }

  async #add(live: LiveObject): Promise<void> {
    const slot = this.#random.pick(kindCalled(live.kind).isShared ? FOREIGN_SLOTS : FOREIGN_ANNOTATIONS)
    const value = this.#random.between(1, 999)
    await this.#replace(withSlots(live, { ...slotsIn(live), [slot]: value }), FOREIGNER)
    const id = idOf(keyOf(live))
    const others = this.#foreign.filter((other) => other.id !== id || other.slot !== slot)
    this.#foreign.splice(0, Infinity, ...others, { id, uid: live.metadata.uid, slot, value })
  }

  async #delete(live: LiveObject): Promise<void> {
    const { uid } = live.metadata
    await this.#client.delete(kindCalled(live.kind).resource, keyOf(live), { uid })
  }

  /** As a restore of a backup does: with labels and annotations, but another object. */
  async #recreate(live: LiveObject): Promise<void> {
    await this.#delete(live)
    const { status, ...rest }: KubernetesObject = withSlots(live, this.#changed(live))
    const { uid, resourceVersion, managedFields, creationTimestamp, ...metadata } = rest.metadata
    const { clusterIP, clusterIPs, ...spec } = (rest.spec ?? {}) as Record<string, unknown>
    const fresh = { ...rest, metadata, ...(live.kind === 'Service' && { spec: { ...spec } }) }
    await this.#send('POST', live, JSON.stringify(fresh), 'kubectl-create')
  }

  /** Some slot that is there gets another value, or goes. */
  #changed(live: LiveObject): Readonly<Record<string, number>> {
    const slots = slotsIn(live)
    const [slot] = this.#random.shuffle(Object.keys(slots).filter((name) => !isForeign(name)))
    if (slot === undefined) return slots
    if (this.#random.chance(0.6)) return { ...slots, [slot]: this.#random.between(1, 999) }
    const { [slot]: _gone, ...rest } = slots
    return rest
  }

  #unlabelled(live: LiveObject): LiveObject {
    const [repository, installation] = [REPOSITORY_LABEL, INSTALLATION_LABEL]
    const taken = this.#random.pick([[repository], [installation], [repository, installation]])
    const labels = Object.entries(live.metadata.labels ?? {}).filter(([name]) => !taken.includes(name))
    return { ...live, metadata: { ...live.metadata, labels: Object.fromEntries(labels) } }
  }

  /** Only as long as nobody else changed it: the object carries its resourceVersion. */
  #replace(live: KubernetesObject, manager: string): Promise<void> {
    return this.#send('PUT', live, JSON.stringify(live), manager)
  }

  async #send(method: 'PUT' | 'POST', live: KubernetesObject, body: string, manager: string): Promise<void> {
    const { resource } = kindCalled(live.kind)
    const path = objectPath(resource, keyOf(live))
    const target = method === 'PUT' ? path : path.slice(0, path.lastIndexOf('/'))
    await this.#client.raw(method, `${target}?fieldManager=${manager}`, {
      body,
      contentType: 'application/json',
    })
  }
}

/** Whether it is one of somebody else's. */
export function isForeign(slot: string): boolean {
  return /f\d$/.test(slot)
}

const FOREIGN_SLOTS = ['f1', 'f2', 'annotation:f3', 'label:f4']
const FOREIGN_ANNOTATIONS = ['annotation:f3', 'label:f4']

function withoutAnnotation(live: LiveObject): LiveObject {
  const { [APPLIED_ANNOTATION]: _gone, ...annotations } = live.metadata.annotations ?? {}
  return { ...live, metadata: { ...live.metadata, annotations } }
}
