import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { Cluster } from '../../adapters/cluster/cluster.ts'
import { resourcesOf, withDeclaredCrds } from '../../adapters/cluster/declared-crds.ts'
import { OpenApi } from '../../adapters/cluster/open-api.ts'
import { isEstablished } from '../../model/crd.ts'
import { REPOSITORY_LABEL } from '../../model/labels.ts'
import {
  type GroupVersionKind,
  gvkOf,
  idOf,
  type KubernetesObject,
  keyOf,
  type LiveObject,
} from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { allows, type Kinds, type Resource } from '../../model/schema.ts'
import { findLabelled, type Labelled } from './find-labelled.ts'
import { LiveCache } from './live-cache.ts'
import { Schemas } from './schemas.ts'

/** Delay before kinds that could not be asked are asked again, in milliseconds. */
const ASK_AGAIN_AFTER_MS = 300_000

/** Reeve's view of a cluster: the kinds that it serves, their schemas, and the Repository's objects. */
export class ClusterView implements AsyncDisposable {
  readonly cluster: Cluster
  readonly client: ClusterClient
  readonly cache: LiveCache
  readonly schemas: Schemas
  readonly #repository: string
  /** CustomResourceDefinitions that Git declares: their kinds already count as served. */
  #crds: readonly KubernetesObject[] = []
  #kinds: Kinds
  #served: Kinds
  #owned: Promise<Labelled> | undefined
  /** When `#owned` expires, in milliseconds since the epoch. */
  #ownedUntil = 0

  private constructor(
    cluster: Cluster,
    served: Kinds,
    repository: string,
    shared: Pick<ClusterView, 'cache' | 'schemas'>,
  ) {
    this.cluster = cluster
    this.client = cluster.client
    this.#kinds = served
    this.#served = served
    this.#repository = repository
    this.cache = shared.cache
    this.schemas = shared.schemas
  }

  /**
   * @param repository the Repository's name, the value of its label
   * @param onRetry called before each retry of a list or watch
   */
  static async open(cluster: Cluster, repository: string, onRetry?: () => void): Promise<ClusterView> {
    const { client } = cluster
    return new ClusterView(cluster, await cluster.discovery.kinds(), repository, {
      cache: new LiveCache({ client, repository, onRetry }),
      schemas: new Schemas(new OpenApi(client)),
    })
  }

  /**
   * The same cluster with the CustomResourceDefinitions of another commit. It shares what is watched, as long as this
   * one does; kinds that come to be served later are unknown to it.
   */
  withCrds(crds: readonly KubernetesObject[]): ClusterView {
    if (isSame(crds, this.#crds)) return this
    const view = new ClusterView(this.cluster, this.#served, this.#repository, this)
    view.declareCrds(crds)
    return view
  }

  get kinds(): Kinds {
    return this.#kinds
  }

  get crds(): readonly KubernetesObject[] {
    return this.#crds
  }

  /** Treats the kinds of these CustomResourceDefinitions as served. */
  declareCrds(crds: readonly KubernetesObject[]): void {
    if (isSame(crds, this.#crds)) return
    this.#crds = crds
    this.#kinds = withDeclaredCrds(this.#served, crds)
  }

  /** Asks the server again which kinds it serves. */
  async refreshKinds(): Promise<void> {
    this.#served = await this.cluster.discovery.refresh()
    this.#kinds = withDeclaredCrds(this.#served, this.#crds)
    this.schemas.refresh()
  }

  /** Watches these kinds, in these versions. */
  async watchKinds(gvks: Iterable<GroupVersionKind>): Promise<void> {
    const served = [...gvks].flatMap((gvk) => this.#served.resource(gvk) ?? [])
    await this.cache.watch(served.filter(isWatchable))
  }

  /** Whether the kind is not served yet, but Git declares its CustomResourceDefinition. */
  isDeclaredKind(gvk: GroupVersionKind): boolean {
    return this.#kinds.resource(gvk) !== undefined && this.#served.resource(gvk) === undefined
  }

  /** Whether the server does not show the kind of an established CRD yet: that takes it about a second. */
  get isBehind(): boolean {
    return this.#crds
      .map((crd) => this.cache.get(idOf(keyOf(crd))))
      .some(
        (crd) => crd && isEstablished(crd) && resourcesOf(crd).some((kind) => !this.#served.resource(kind)),
      )
  }

  /**
   * Watches the kinds that hold objects of the Repository, declared or not. Asks once; where not every kind
   * could be asked, once more some minutes later.
   */
  async watchOwned(): Promise<void> {
    const { kinds } = await this.findOwned()
    await this.cache.watch(kinds.flatMap((kind) => this.#servedNow(kind) ?? []).filter(isWatchable))
  }

  /** Kinds that hold objects of the Repository, when the server was last asked. */
  findOwned(): Promise<Labelled> {
    if (this.#owned !== undefined && Date.now() < this.#ownedUntil) return this.#owned
    this.#ownedUntil = Number.POSITIVE_INFINITY
    this.#owned = findLabelled(this.client, this.#served, `${REPOSITORY_LABEL}=${this.#repository}`)
    this.#owned.then(
      ({ isComplete }) => {
        if (!isComplete) this.#ownedUntil = Date.now() + ASK_AGAIN_AFTER_MS
      },
      () => {
        this.#owned = undefined
      },
    )
    return this.#owned
  }

  /** How the cluster serves a known kind now; undefined where it no longer does. */
  #servedNow(kind: Resource): Resource | undefined {
    return this.#served.resource(kind) ?? this.#served.preferred(kind.group, kind.kind)
  }

  /**
   * How the cluster serves an object's kind, in its declared version. Undefined also where the kind's scope
   * changed after planning: Reeve would create a different object.
   */
  resourceOf(plan: ObjectPlan): Resource | undefined {
    const object: LiveObject | KubernetesObject | undefined = 'desired' in plan ? plan.desired : plan.live
    const resource = object && (this.#kinds.resource(gvkOf(object)) ?? this.cache.watched(plan.key))
    return resource?.namespaced === (plan.key.namespace !== '') ? resource : undefined
  }

  /** Ends all watches; the connection stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cache[Symbol.asyncDispose]()
  }
}

function isWatchable(resource: Resource): boolean {
  return allows(resource, 'list') && allows(resource, 'watch')
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
