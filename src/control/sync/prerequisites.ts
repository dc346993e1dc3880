import { fault } from '../../model/fault.ts'
import {
  describeKey,
  gvkOf,
  idOf,
  isBeingDeleted,
  type LiveObject,
  type ObjectId,
} from '../../model/object.ts'
import type { CreatePlan, PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import type { Outcome } from '../../model/status.ts'
import type { Prerequisites, Refusal } from '../../stages/apply/prerequisites.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { ComingKinds } from '../../stages/live/coming-kinds.ts'
import { MissingNamespaces, namespaceId } from '../../stages/live/missing-namespaces.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Work } from '../planner/work.ts'
import { Lacks } from './lacks.ts'

export interface FleetPrerequisitesOptions {
  readonly view: ClusterView
  readonly declared: () => DesiredState
  /** Why an installation does not apply an object; undefined if no reason is known. */
  readonly whyNot: (installation: string, id: ObjectId) => string | undefined
  readonly onRetry: () => void
}

/**
 * Prerequisites of a fleet's writes. While the cache shows that a declared namespace or kind is missing,
 * nothing is sent: its objects wait, and are processed again when it appears.
 */
export class FleetPrerequisites {
  readonly #options: FleetPrerequisitesOptions
  readonly #namespaces: MissingNamespaces
  readonly #kinds: ComingKinds
  readonly #lacks = new Lacks()

  constructor(options: FleetPrerequisitesOptions) {
    const { client, cache } = options.view
    this.#options = options
    this.#namespaces = new MissingNamespaces({ client, live: (id) => cache.get(id) })
    this.#kinds = new ComingKinds(client, options.onRetry)
  }

  /** Prerequisites for one round of work. */
  of({ name, scope }: Pick<Work, 'name' | 'scope'>): Prerequisites {
    if (scope === 'all') this.#lacks.begin(name)
    return {
      missing: (plan) => this.#missing(plan, name),
      refused: (plan, outcome) => this.#refused(plan, outcome, name),
    }
  }

  /**
   * Notes that a namespace appeared.
   * @returns the installations that lack it
   */
  noteNamespace(name: string): readonly string[] {
    this.#namespaces.noteThere(name)
    return this.#lacks.lacking(namespaceId(name))
  }

  /** Installations that wait for something and would now be given another reason. */
  retold(): readonly string[] {
    return this.#lacks.retold((name, lack) => this.#reasonOf(name, lack))
  }

  /** A prerequisite that an installation waits for and that Git declares. */
  lackOf(installation: string): string | undefined {
    const lack = this.#lacks.first(installation)
    return lack === undefined ? undefined : nameOf(lack)
  }

  /** Notes the end of a round of work on an installation. */
  end(installation: string): void {
    this.#lacks.end(installation)
  }

  /** Drops an installation that is gone. */
  forget(installation: string): void {
    this.#lacks.forget(installation)
  }

  #missing(plan: CreatePlan | PatchPlan, name: string): Promise<Outcome | undefined> | undefined {
    const kind = this.#comingKind(plan)
    if (kind !== undefined && !this.#isThere(kind)) return Promise.resolve(this.#wait(plan, name, kind))
    const { namespace } = plan.desired.metadata
    if (namespace === undefined) return undefined
    const isMissing = this.#namespaces.isMissing(namespace, this.#isDeclared(namespaceId(namespace)))
    if (isMissing === false) return undefined
    return Promise.resolve(isMissing).then((is) => (is ? this.#withoutNamespace(plan, name) : undefined))
  }

  async #refused(plan: CreatePlan | PatchPlan, outcome: Outcome, name: string): Promise<Refusal> {
    const isKind = 'fault' in outcome && outcome.fault.code === 'unknown-kind'
    if (isKind) return this.#withoutKind(plan, outcome, name)
    const { namespace = '' } = plan.desired.metadata
    const isOver = this.#namespaces.noteMissing(namespace)
    const isDeclared = this.#isDeclared(namespaceId(namespace))
    return { outcome: isDeclared ? this.#withoutNamespace(plan, name) : outcome, isOver }
  }

  async #withoutKind(plan: CreatePlan | PatchPlan, outcome: Outcome, name: string): Promise<Refusal> {
    const { kinds } = this.#options.view
    const resource = kinds.resource(gvkOf(plan.desired))
    const crd = resource && crdId(resource)
    if (resource === undefined || crd === undefined || !this.#isDeclared(crd))
      return { outcome, isOver: false }
    const isOver = this.#isThere(crd) && (await this.#kinds.isServed(resource))
    return { outcome: this.#wait(plan, name, crd), isOver }
  }

  #withoutNamespace(plan: CreatePlan | PatchPlan, name: string): Outcome {
    const { key, origin, desired } = plan
    const { namespace = '' } = desired.metadata
    const id = namespaceId(namespace)
    if (this.#isDeclared(id)) return this.#wait(plan, name, id)
    const place = { location: origin && { file: origin.file, line: origin.line }, object: idOf(key) }
    const live = this.#live(id)
    const details =
      live && isBeingDeleted(live) ? `namespace ${namespace} is being deleted` : notFound(namespace)
    return { result: 'blocked', key, fault: fault('waiting-for-namespace', details, place) }
  }

  #wait({ key }: CreatePlan | PatchPlan, name: string, lack: ObjectId): Outcome {
    const reason = this.#reasonOf(name, lack)
    this.#lacks.note(name, lack, reason)
    return { result: 'waiting', key, reason }
  }

  #reasonOf(name: string, lack: ObjectId): string {
    const { declared, whyNot } = this.#options
    const owners = declared().claims.get(lack) ?? []
    const live = this.#live(lack)
    const state =
      live === undefined ? 'not there yet' : isBeingDeleted(live) ? 'being deleted' : 'not served yet'
    const bringers =
      owners.length === 1 && owners[0] === name
        ? 'the same installation'
        : `installation ${owners.join(', ')}`
    const [why] = owners.flatMap((owner) => (owner === name ? [] : (whyNot(owner, lack) ?? [])))
    return `${nameOf(lack)}, declared by ${bringers} and ${state}${why ? `: ${why}` : ''}`
  }

  /** CustomResourceDefinition of a declared kind that the server did not serve when last asked. */
  #comingKind({ desired }: CreatePlan | PatchPlan): ObjectId | undefined {
    const { view } = this.#options
    if (view.crds.length === 0) return undefined
    const gvk = gvkOf(desired)
    const resource = view.isDeclaredKind(gvk) ? view.kinds.resource(gvk) : undefined
    return resource && crdId(resource)
  }

  #isDeclared(id: ObjectId): boolean {
    return this.#options.declared().claims.has(id)
  }

  #isThere(id: ObjectId): boolean {
    const live = this.#live(id)
    return live !== undefined && !isBeingDeleted(live)
  }

  #live(id: ObjectId): LiveObject | undefined {
    return this.#options.view.cache.get(id)
  }
}

function notFound(namespace: string): string {
  return `namespaces "${namespace}" not found`
}

/** A CustomResourceDefinition is named after its resource and group (apiextensions.k8s.io/v1). */
function crdId({ plural, group }: Resource): ObjectId {
  const name = `${plural}.${group}`
  return idOf({ group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', namespace: '', name })
}

function nameOf(id: ObjectId): string {
  const [group = '', kind = '', namespace = '', name = ''] = id.split('/')
  return describeKey({ group, kind, namespace, name })
}
