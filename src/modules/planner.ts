import type { Fault } from '../model/fault.ts'
import type { ResolvedObject } from '../model/installation.ts'
import { gvkOf, idOf, type KubernetesObject, type LiveObject, type ObjectId } from '../model/object.ts'
import type { ObjectPlan } from '../model/plan.ts'
import type { Rules } from '../model/rules.ts'
import { appliedOf } from '../plan/applied.ts'
import { differences } from '../plan/merge/merge.ts'
import { type Settled, settledOf } from '../plan/merge/settled.ts'
import { type PlanObjectInput, planObject } from '../plan/plan-object.ts'
import { baseCommit } from '../plan/plan-patch.ts'
import { Bases } from './bases.ts'
import { atBlamedField, withOtherPlaces } from './blamed-field.ts'
import type { Declared, Member } from './declared.ts'
import { isOwnedBy } from './owned.ts'
import { type DeletionOptions, planDeletions } from './plan-deletions.ts'
import { kindsIn } from './schemas.ts'
import type { Work, Written } from './work.ts'
import type { Scope } from './work-queue.ts'

export interface PlannerOptions extends DeletionOptions {
  /** The Repository's name. */
  readonly repository: string
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** For all installations; each one's own rules win. */
  readonly rules: Rules
}

/** Plans installations against the live cache; what planning needs besides is fetched when wanted. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #bases: Bases
  readonly #settled = new Map<ObjectId, Settled>()
  /** Digests of the objects as this process last saw or wrote them. */
  readonly #there = new Map<ObjectId, string>()

  constructor(options: PlannerOptions) {
    this.#options = options
    const { view, history, namespace } = options
    this.#bases = new Bases({ history, namespace, kinds: () => view.kinds })
  }

  /** The plan of what of an installation is to be looked at; deletions only with everything. */
  async plan(work: Work, declared: Declared): Promise<readonly ObjectPlan[]> {
    const { name, scope } = work
    const member = declared.members.get(name)
    const objects = member ? inScope(member, scope) : []
    const plans = await this.#planDeclared(objects, member, declared)
    if (scope !== 'all') return plans
    const blocked = member?.blocked ?? []
    return [...plans, ...blocked, ...(await planDeletions(work, declared, this.#options))]
  }

  /** One object again, against what the server holds now. */
  async replan(
    name: string,
    { key }: ObjectPlan,
    live: LiveObject | undefined,
    declared: Declared,
  ): Promise<ObjectPlan> {
    const member = declared.members.get(name)
    const resolved = member?.objects.get(idOf(key))
    if (member && resolved) {
      await this.#loadSchemas([resolved])
      return this.#planOne(resolved, member, declared, live)
    }
    const isOurs = live !== undefined && isOwnedBy(this.#options.repository, live)
    return isOurs ? { action: 'delete', key, live } : { action: 'unchanged', key }
  }

  /** A fault of one of the installation's objects, at the line of the field that it blames. */
  async located(fault: Fault, name: string, { members }: Declared): Promise<Fault> {
    const member = members.get(name)
    return member ? atBlamedField(fault, member, this.#options.history) : fault
  }

  /** Whether a write puts back what somebody else changed, rather than bringing something new from Git. */
  isDrift(plan: ObjectPlan): boolean {
    if (plan.action === 'create') return this.#there.get(idOf(plan.key)) === appliedOf(plan.desired)?.digest
    if (plan.action !== 'patch') return false
    const wanted = appliedOf(plan.desired)?.digest
    return wanted !== undefined && appliedOf(plan.live)?.digest === wanted
  }

  /**
   * Learns what the server made of values as it was asked for them, from its answers in the cache.
   * @param written the objects as they were asked for, and the version of the answer
   * @returns those that the server holds otherwise: planned again, they are marked as settled
   */
  async settle(written: ReadonlyMap<ObjectId, Written>): Promise<ReadonlySet<ObjectId>> {
    const { schemas, crds, cache } = this.#options.view
    await schemas.load(kindsIn([...written.values()].map(({ desired }) => desired)), crds)
    const unsettled = new Set<ObjectId>()
    for (const [id, { desired }] of written) this.#there.set(id, appliedOf(desired)?.digest ?? '')
    for (const [id, { desired, resourceVersion }] of written) {
      const live = cache.get(id)
      if (live?.metadata.resourceVersion !== resourceVersion) continue
      const remaining = differences(desired, live, schemas.of(gvkOf(desired)))
      if (remaining.length === 0) this.#settled.delete(id)
      else {
        this.#settled.set(id, settledOf(remaining))
        unsettled.add(id)
      }
    }
    return unsettled
  }

  async #planDeclared(
    objects: readonly ResolvedObject[],
    member: Member | undefined,
    declared: Declared,
  ): Promise<readonly ObjectPlan[]> {
    if (member === undefined) return []
    const { cache } = this.#options.view
    const pairs = objects.map((object) => ({ object, live: cache.get(idOf(object.key)) }))
    await this.#loadSchemas(pairs.filter(({ live }) => live !== undefined).map(({ object }) => object))
    return Promise.all(pairs.map(({ object, live }) => this.#planOne(object, member, declared, live)))
  }

  #loadSchemas(objects: readonly ResolvedObject[]): Promise<void> {
    const { schemas, crds } = this.#options.view
    return schemas.load(kindsIn(objects.map(({ object }) => object)), crds)
  }

  async #planOne(
    resolved: ResolvedObject,
    member: Member,
    declared: Declared,
    cached: LiveObject | undefined,
  ): Promise<ObjectPlan> {
    const live = await this.#inDeclaredVersion(resolved, cached)
    const base = live && (await this.#bases.baseOf(resolved, live))
    const input = this.#inputOf(resolved, member, declared)
    const plan = this.#named(planObject({ ...input, live, base }), member, declared)
    this.#bases.note(resolved)
    if (plan.action === 'unchanged') this.#there.set(idOf(resolved.key), resolved.digest)
    if (live === undefined || !needsOwners(plan, live, base, resolved)) return plan
    return planObject({ ...input, base, live: await this.#read(resolved) })
  }

  /** What another installation has is told with its place. */
  #named(plan: ObjectPlan, { name }: Member, { claims, members }: Declared): ObjectPlan {
    if (plan.action !== 'blocked' || plan.fault.code !== 'owned-elsewhere') return plan
    const others = (claims.get(idOf(plan.key)) ?? []).filter((other) => other !== name)
    const found = others.flatMap((other) => members.get(other) ?? [])
    return { ...plan, fault: withOtherPlaces(plan.fault, found) }
  }

  /** The cache holds each kind in one version; Git may declare another. */
  async #inDeclaredVersion(resolved: ResolvedObject, cached: LiveObject | undefined) {
    return cached === undefined || cached.apiVersion === resolved.object.apiVersion
      ? cached
      : this.#read(resolved)
  }

  async #read({ object, key }: ResolvedObject): Promise<LiveObject | undefined> {
    const { client, kinds } = this.#options.view
    const resource = kinds.resource(gvkOf(object))
    return resource && client.get(resource, key)
  }

  #inputOf(resolved: ResolvedObject, member: Member, declared: Declared): Omit<PlanObjectInput, 'live'> {
    const id = idOf(resolved.key)
    const others = (declared.claims.get(id) ?? []).filter((name) => name !== member.name)
    return {
      resolved,
      owner: {
        installationId: member.id,
        repository: this.#options.repository,
        commit: member.kept?.commit ?? '',
      },
      schema: this.#options.view.schemas.of(gvkOf(resolved.object)),
      settled: this.#settled.get(id),
      declarers: new Set(others.map((name) => declared.members.get(name)?.id ?? '')),
    }
  }
}

function inScope({ objects }: Member, scope: Scope<ObjectId>): readonly ResolvedObject[] {
  return scope === 'all' ? [...objects.values()] : [...scope].flatMap((id) => objects.get(id) ?? [])
}

/** Whether the plan depends on who owns which field, which the cache leaves out (managedFields). */
function needsOwners(
  plan: ObjectPlan,
  live: LiveObject,
  base: KubernetesObject | undefined,
  { digest }: ResolvedObject,
): boolean {
  if (plan.action !== 'patch' || live.metadata.managedFields !== undefined) return false
  const lacksBase = base === undefined && baseCommit(live, digest) !== undefined
  return lacksBase || plan.patch.some(({ op }) => op === 'remove')
}
