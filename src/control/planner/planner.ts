import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import type { Fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import {
  gvkOf,
  idOf,
  type KubernetesObject,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../model/object.ts'
import type { BlockedPlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import { revisionAt } from '../../model/revision.ts'
import type { Rules } from '../../model/rules.ts'
import { bothSensitive } from '../../model/sensitive.ts'
import { waveOf } from '../../model/wave.ts'
import { kindsIn } from '../../stages/live/schemas.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { differences } from '../../stages/plan/merge/merge.ts'
import { type Settled, settledOf } from '../../stages/plan/merge/settled.ts'
import { showsOwners } from '../../stages/plan/ownership/managed-fields.ts'
import type { PlanObjectInput, Takeover } from '../../stages/plan/plan-input.ts'
import { planObject } from '../../stages/plan/plan-object.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Scope } from '../../support/concurrency/work-queue.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { effectiveInstallation, type Member } from '../fleet/member.ts'
import { runOf } from '../gates/job-runs.ts'
import { Bases } from './bases.ts'
import { atBlamedFields, withOtherPlaces } from './blamed-field.ts'
import type { DeletionOptions } from './deletion-options.ts'
import { dependsOnAutoscaler, IgnoredFields } from './ignored-fields.ts'
import { isOwnedBy } from './owned.ts'
import { planDeletions } from './plan-deletions.ts'
import type { Work, Written } from './work.ts'

export interface PlannerOptions extends DeletionOptions {
  /** The Repository's name. */
  readonly repository: string
  /** Seals the marks of objects; undefined where there is no key. */
  readonly sealer: () => Sealer | undefined
  /** For all installations; each one's own rules win. */
  readonly rules: Rules
  /** Which objects of an installation are taken over from whoever has them; undefined: none. */
  readonly takeover?: ((installation: string, id: ObjectId) => Takeover | undefined) | undefined
}

/** Plans installations against the live cache; what planning needs besides is fetched when wanted. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #bases: Bases
  readonly #ignoredFields: IgnoredFields
  readonly #settled = new Map<ObjectId, Settled>()
  /** Digests of the objects as this process last saw or wrote them. */
  readonly #there = new Map<ObjectId, string>()
  /** What was declared when what nobody declares was forgotten last. */
  #kept: DesiredState['claims'] | undefined

  constructor(options: PlannerOptions) {
    this.#options = options
    const { view, history, proofs, repository, namespace, rules } = options
    this.#bases = new Bases({ history, proofs, repository, namespace, kinds: () => view.kinds })
    this.#ignoredFields = new IgnoredFields({ view, rules })
  }

  /**
   * The plan of what of an installation is to be looked at; deletions only with everything. Of one that
   * is suspended only its own document is brought to what Git declares.
   */
  async plan(work: Work, declared: DesiredState): Promise<readonly ObjectPlan[]> {
    const { name, scope } = work
    const member = declared.members.get(name)
    const isSuspended = member !== undefined && effectiveInstallation(member).suspended === true
    const inReach = member ? inScope(member, scope) : []
    const objects = isSuspended ? inReach.filter(({ key }) => key.group === OWN_GROUP) : inReach
    const plans = await this.#planDeclared(objects, member, declared)
    if (scope !== 'all' || isSuspended) return plans
    const blocked = member?.blocked ?? []
    return [...plans, ...blocked, ...(await planDeletions(work, declared, this.#options))]
  }

  /** Forgets what nobody declares any more. */
  keep(declared: DesiredState): void {
    if (declared.claims === this.#kept) return
    this.#kept = declared.claims
    this.#bases.keep(declared)
    this.#options.proofs.keep(this.#options.view.cache)
    this.#ignoredFields.keep(declared)
    for (const known of [this.#settled, this.#there])
      for (const id of known.keys()) if (!declared.claims.has(id)) known.delete(id)
  }

  /** One object again, against what the server holds now and what is declared now. */
  async replan(
    name: string,
    { key, action }: ObjectPlan,
    live: LiveObject | undefined,
    declared: DesiredState,
  ): Promise<ObjectPlan> {
    const member = declared.members.get(name)
    const resolved = member?.objects.get(idOf(key))
    if (member && resolved) {
      await this.#loadSchemas([resolved])
      return this.#planOne(resolved, member, declared, live)
    }
    const goes = action === 'delete' && !declared.claims.has(idOf(key))
    if (goes && live !== undefined && (await this.#isOurs(live))) return { action: 'delete', key, live }
    return { action: 'unchanged', key }
  }

  async #isOurs(live: LiveObject): Promise<boolean> {
    const { repository, proofs } = this.#options
    if (!isOwnedBy(repository, live)) return false
    await proofs.prove([live])
    return proofs.of(live) === 'made'
  }

  /** Faults of the installation's objects, each at the line of the field that it blames. */
  async located(
    faults: readonly Fault[],
    name: string,
    { members }: DesiredState,
  ): Promise<readonly Fault[]> {
    const member = members.get(name)
    return member ? atBlamedFields(faults, member, this.#options.history) : faults
  }

  /** Whether a write puts back what somebody else changed, rather than bringing something new from Git. */
  isDrift(plan: ObjectPlan): boolean {
    if (plan.action === 'create') return this.isRepeat(plan)
    if (plan.action !== 'patch') return false
    const wanted = appliedOf(plan.desired)?.digest
    return wanted !== undefined && appliedOf(plan.live)?.digest === wanted
  }

  /** Whether a write would bring once more what this process has brought before. */
  isRepeat(plan: ObjectPlan): boolean {
    if (plan.action !== 'create' && plan.action !== 'patch') return false
    const wanted = appliedOf(plan.desired)?.digest
    return wanted !== undefined && this.#there.get(idOf(plan.key)) === wanted
  }

  /**
   * Learns what the server made of values as it was asked for them, from its answers in the cache.
   * @param written the objects as they were asked for, and the version of the answer
   * @returns those that the server holds otherwise: planned again, they are marked as settled; and
   * those that are to be planned again because their autoscaler is gone
   */
  async settle(written: ReadonlyMap<ObjectId, Written>): Promise<ReadonlySet<ObjectId>> {
    const { schemas, crds, cache } = this.#options.view
    for (const [id, { desired }] of written) this.#there.set(id, appliedOf(desired)?.digest ?? '')
    await schemas.load(kindsIn([...written.values()].map(({ desired }) => desired)), crds)
    const unsettled = new Set(this.#ignoredFields.freed())
    for (const [id, { desired, resourceVersion }] of written) {
      const live = cache.get(id)
      if (live?.metadata.resourceVersion !== resourceVersion) continue
      const remaining = differences(desired, live, schemas.of(gvkOf(desired)), this.#ignoredFields.of(id))
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
    declared: DesiredState,
  ): Promise<readonly ObjectPlan[]> {
    if (member === undefined) return []
    const { cache } = this.#options.view
    const unanswered = objects.flatMap((object) => this.#unanswered(object) ?? [])
    const isUnanswered = new Set(unanswered.map(({ key }) => key))
    const pairs = objects
      .filter(({ key }) => !isUnanswered.has(key))
      .map((object) => ({ object, live: cache.get(idOf(object.key)) }))
    const there = pairs.filter(({ live }) => live !== undefined).map(({ object }) => object)
    await this.#loadSchemas(there).catch(() => {}) // who needs one asks again
    const plans = pairs.map(({ object, live }) => this.#planOne(object, member, declared, live))
    return [...unanswered, ...(await Promise.all(plans))]
  }

  /** Nobody knows what is live of a kind whose API server has not answered yet. */
  #unanswered({ key, object, origin }: ResolvedObject): BlockedPlan | undefined {
    const { cache } = this.#options.view
    const trouble = cache.isWatched(key) ? undefined : cache.faultOf(key)
    if (trouble?.code !== 'unavailable') return undefined
    const { file, line } = origin
    const place = { ...trouble, location: { file, line }, object: idOf(key) }
    return { action: 'blocked', key, origin, fault: place, wave: waveOf(object) }
  }

  #loadSchemas(objects: readonly ResolvedObject[]): Promise<void> {
    const { schemas, crds } = this.#options.view
    return schemas.load(kindsIn(objects.map(({ object }) => object)), crds)
  }

  /** An object that the API server gives no answer about is blocked alone. */
  async #planOne(
    resolved: ResolvedObject,
    member: Member,
    declared: DesiredState,
    cached: LiveObject | undefined,
  ): Promise<ObjectPlan> {
    try {
      return await this.#planAnswered(resolved, member, declared, cached)
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
      const { key, origin, object } = resolved
      const problem = apiFault(error, { action: 'unchanged', key, origin })
      return { action: 'blocked', key, origin, fault: problem, wave: waveOf(object) }
    }
  }

  async #planAnswered(
    resolved: ResolvedObject,
    member: Member,
    declared: DesiredState,
    cached: LiveObject | undefined,
  ): Promise<ObjectPlan> {
    const live = await this.#inDeclaredVersion(resolved, cached)
    if (live && !this.#options.view.schemas.has(gvkOf(resolved.object))) await this.#loadSchemas([resolved])
    if (live === undefined && runOf(this.#options.record(member.name), resolved) !== undefined)
      return { action: 'unchanged', key: resolved.key, origin: resolved.origin }
    const base = live && (await this.#bases.baseOf(resolved, live, member.id))
    const leave = await this.#ignoredFields.known(resolved.key, member)
    const input = { ...this.#inputOf(resolved, member, declared), base: base?.object, leave }
    const plan = await this.#withOwners(planObject({ ...input, live }), { ...input, live }, member, declared)
    this.#bases.note(resolved)
    if (plan.action === 'unchanged') this.#there.set(idOf(resolved.key), resolved.digest)
    const sensitive = bothSensitive(resolved.sensitive, base?.sensitive)
    return this.#named(sensitive ? { ...plan, sensitive } : plan, member, declared)
  }

  /** The plan again with who owns which field, where it depends on that. */
  async #withOwners(
    plan: ObjectPlan,
    input: PlanObjectInput,
    member: Member,
    declared: DesiredState,
  ): Promise<ObjectPlan> {
    const { live, resolved } = input
    if (live === undefined || plan.action !== 'patch') return plan
    const needsAll =
      needsOwners(plan, live, input.base, resolved) || this.#ignoredFields.dependsOnManagers(plan, member)
    if (!needsAll && !dependsOnAutoscaler(plan)) return plan
    const shown = needsAll && !showsOwners(live) ? await this.#read(resolved.key, live) : live
    if (shown === undefined) return planObject({ ...input, live: undefined })
    return this.#ignoredFields.planWithOwners({ ...input, live: shown }, member, declared)
  }

  /** What another installation has is told with its place. */
  #named(plan: ObjectPlan, { name }: Member, { claims, members }: DesiredState): ObjectPlan {
    if (plan.action !== 'blocked' || plan.fault.code !== 'owned-elsewhere') return plan
    const others = (claims.get(idOf(plan.key)) ?? []).filter((other) => other !== name)
    const found = others.flatMap((other) => members.get(other) ?? [])
    return { ...plan, fault: withOtherPlaces(plan.fault, found) }
  }

  /**
   * The cache holds each kind in one version; Git may declare another. As long as that is not served, the
   * plan is made from the cached version, and made again from the declared one before anything is written.
   */
  async #inDeclaredVersion({ key, object }: ResolvedObject, cached: LiveObject | undefined) {
    if (cached === undefined || cached.apiVersion === object.apiVersion) return cached
    return this.#options.view.isDeclaredKind(gvkOf(object)) ? cached : this.#read(key, object)
  }

  /** The object as the server holds it now, in the version of `as`. */
  async #read(key: ObjectKey, as: KubernetesObject): Promise<LiveObject | undefined> {
    const { client, kinds } = this.#options.view
    const resource = kinds.resource(gvkOf(as))
    return resource && client.get(resource, key)
  }

  #inputOf(resolved: ResolvedObject, member: Member, declared: DesiredState): Omit<PlanObjectInput, 'live'> {
    const id = idOf(resolved.key)
    const others = (declared.claims.get(id) ?? []).filter((name) => name !== member.name)
    return {
      resolved,
      owner: {
        installationId: member.id,
        repository: this.#options.repository,
        revision: member.target?.revision ?? revisionAt(''),
        sealer: this.#options.sealer(),
      },
      schema: this.#options.view.schemas.of(gvkOf(resolved.object)),
      settled: this.#settled.get(id),
      takeover: this.#options.takeover?.(member.name, id),
      declarers: new Set(others.map((name) => declared.members.get(name)?.id ?? '')),
    }
  }
}

function inScope({ objects }: Member, scope: Scope<ObjectId>): readonly ResolvedObject[] {
  return scope === 'all' ? [...objects.values()] : [...scope].flatMap((id) => objects.get(id) ?? [])
}

/** Whether the plan depends on who owns which field, which the cache leaves out (managedFields). */
function needsOwners(
  plan: PatchPlan,
  live: LiveObject,
  base: KubernetesObject | undefined,
  { digest }: ResolvedObject,
): boolean {
  // Also where somebody took the annotation off: then nothing says what was applied.
  const lacksBase = base === undefined && appliedOf(live)?.digest !== digest
  return lacksBase || plan.patch.some(({ op }) => op === 'remove')
}
