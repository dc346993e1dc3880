import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import type { Fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import { isDocument, OWN_GROUP } from '../../model/labels.ts'
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
import { accountRefusal } from '../../stages/plan/tenancy/account-refusal.ts'
import { documentRefusal, type Guarded, refusalOf } from '../../stages/plan/tenancy/refusal-of.ts'
import { deletionRefusal, roleRefusal } from '../../stages/plan/tenancy/role-refusal.ts'
import type { Scope } from '../../support/concurrency/work-queue.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { isWrite } from '../gates/gate.ts'
import { runOf } from '../gates/job-runs.ts'
import { type Ask, isReleaseRun } from '../gates/taken-over.ts'
import { Bases } from './bases.ts'
import { atBlamedFields, withOtherPlaces } from './blamed-field.ts'
import { creationRefusal } from './creation-refusal.ts'
import type { DeletionOptions } from './deletion-options.ts'
import { dependsOnAutoscaler, IgnoredFields } from './ignored-fields.ts'
import { isOwnedBy } from './owned.ts'
import { planDeletions } from './plan-deletions.ts'
import { suspensionOf } from './suspension.ts'
import type { Work, Written } from './work.ts'
import type { WriterOf, Writers } from './writers.ts'

export interface PlannerOptions extends DeletionOptions {
  /** Name of the Repository. */
  readonly repository: string
  /** Seals the marks of objects; undefined without a key. */
  readonly sealer: () => Sealer | undefined
  /** Rules for all installations; an installation's own rules take precedence. */
  readonly rules: Rules
  readonly writers: Writers
  /** Selects objects of an installation to take over from their owners; none by default. */
  readonly takeover?: ((installation: string, id: ObjectId) => Takeover | undefined) | undefined
  /** How the server changed values of an object, as another planner learned it. */
  readonly settled?: ((id: ObjectId) => Settled | undefined) | undefined
}

/** Plans installations against the live cache; fetches everything else on demand. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #bases: Bases
  readonly #ignoredFields: IgnoredFields
  readonly #settled = new Map<ObjectId, Settled>()
  /** Digests of the objects as this process last saw or wrote them. */
  readonly #there = new Map<ObjectId, string>()
  /** Claims when undeclared objects were last dropped. */
  #kept: DesiredState['claims'] | undefined

  constructor(options: PlannerOptions) {
    this.#options = options
    const { view, history, proofs, repository, namespace, rules } = options
    this.#bases = new Bases({ history, proofs, repository, namespace, kinds: () => view.kinds })
    this.#ignoredFields = new IgnoredFields({ view, rules })
  }

  /**
   * Plans the objects of an installation that are in scope; deletions only with scope `all`. Of a suspended
   * installation, plans only its own document.
   */
  async plan(work: Work, declared: DesiredState): Promise<readonly ObjectPlan[]> {
    const { name, scope } = work
    const member = declared.members.get(name)
    const isSuspended = member !== undefined && suspensionOf(member, this.#options.view.cache) !== undefined
    const inReach = member ? inScope(member, scope).filter((object) => !this.#isMoot(object)) : []
    const objects = isSuspended ? inReach.filter(({ key }) => key.group === OWN_GROUP) : inReach
    const plans = await this.#planDeclared(objects, member, declared)
    if (scope !== 'all' || isSuspended) return plans
    const blocked = member?.blocked ?? []
    return [...plans, ...blocked, ...(await planDeletions(work, declared, this.#options))]
  }

  /** Whether an object is one that Git does not ask for, and of a kind that Reeve cannot read. */
  #isMoot({ isDerived, key }: ResolvedObject): boolean {
    return isDerived === true && !this.#options.view.cache.isWatched(key)
  }

  /** Drops the state of undeclared objects. */
  keep(declared: DesiredState): void {
    if (declared.claims === this.#kept) return
    this.#kept = declared.claims
    this.#bases.keep(declared)
    this.#options.proofs.keep(this.#options.view.cache)
    this.#ignoredFields.keep(declared)
    for (const known of [this.#settled, this.#there])
      for (const id of known.keys()) if (!declared.claims.has(id)) known.delete(id)
  }

  /** How the server changed values of an object that it was asked for. */
  settledOf(id: ObjectId): Settled | undefined {
    return this.#settled.get(id) ?? this.#options.settled?.(id)
  }

  /** Plans one object again, against its current live state and the current desired state. */
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
    if (goes && live !== undefined && (await this.#mayDelete(key, live)))
      return { action: 'delete', key, live }
    return { action: 'unchanged', key }
  }

  /** Writes the objects of an installation, each as whom it is to be written. */
  writerFor(work: Pick<Work, 'name' | 'id'>, declared: DesiredState): Promise<WriterOf> {
    return this.#options.writers.of(work, declared)
  }

  /** Asks the API server for a declared object: the live one, and why it may not be written. */
  async ask(name: string, resolved: ResolvedObject, declared: DesiredState): ReturnType<Ask> {
    return (await this.#ask(name, resolved, declared).catch(unlessNoAnswer)) ?? {}
  }

  async #ask(name: string, resolved: ResolvedObject, declared: DesiredState): ReturnType<Ask> {
    const { key, object } = resolved
    const { client, kinds } = this.#options.view
    const resource = kinds.resource(gvkOf(object))
    if (resource === undefined) return {}
    const id = declared.members.get(name)?.id ?? ''
    const writer = (await this.writerFor({ name, id }, declared))({ action: 'create', key })
    const unasked = writer === client ? undefined : await creationRefusal(resolved, resource, writer)
    if (unasked) return { refusal: unasked }
    const live = await client.get(resource, key)
    if (live === undefined) return {}
    const plan = await this.replan(name, { action: 'unchanged', key }, live, declared)
    return { live, ...(plan.action === 'blocked' && { refusal: plan.fault }) }
  }

  async #mayDelete(key: ObjectKey, live: LiveObject): Promise<boolean> {
    const { repository, proofs, guard } = this.#options
    if (!isOwnedBy(repository, live) || (await deletionRefusal(key, live, guard))) return false
    await proofs.prove([live])
    return proofs.of(live) === 'made'
  }

  /** Places faults of the installation's objects at the lines of the fields that they blame. */
  async located(
    faults: readonly Fault[],
    name: string,
    { members }: DesiredState,
  ): Promise<readonly Fault[]> {
    const member = members.get(name)
    return member ? atBlamedFields(faults, member, this.#options.history) : faults
  }

  /** Whether a write reverts a change made in the cluster, rather than bringing something new from Git. */
  isDrift(plan: ObjectPlan): boolean {
    if (plan.action === 'create') return this.isRepeat(plan)
    if (plan.action !== 'patch') return false
    const wanted = appliedOf(plan.desired)?.digest
    return wanted !== undefined && appliedOf(plan.live)?.digest === wanted
  }

  /** Whether a write repeats content that this process has already seen in the cluster or written. */
  isRepeat(plan: ObjectPlan): boolean {
    if (plan.action !== 'create' && plan.action !== 'patch') return false
    const wanted = appliedOf(plan.desired)?.digest
    return wanted !== undefined && this.#there.get(idOf(plan.key)) === wanted
  }

  /**
   * Learns from the answers in the cache how the server changed values that it was asked for.
   * @param written the objects as they were sent, and the version of the answer
   * @returns objects to plan again: those that the server holds otherwise, whose differences are now settled,
   * and those whose autoscaler is gone
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
    await this.#loadSchemas(there).catch(() => {}) // planning an object asks again for its schema
    const plans = pairs.map(({ object, live }) => this.#planOne(object, member, declared, live))
    return [...unanswered, ...(await Promise.all(plans))]
  }

  /** Blocks an object of unknown live state: the API server of its kind has not answered yet. */
  #unanswered(resolved: ResolvedObject): BlockedPlan | undefined {
    const { key, origin } = resolved
    const { cache } = this.#options.view
    const trouble = cache.isWatched(key) ? undefined : cache.faultOf(key)
    if (trouble?.code !== 'unavailable') return undefined
    const { file, line } = origin
    return blockedBy({ ...trouble, location: { file, line }, object: idOf(key) }, resolved)
  }

  #loadSchemas(objects: readonly ResolvedObject[]): Promise<void> {
    const { schemas, crds } = this.#options.view
    return schemas.load(kindsIn(objects.map(({ object }) => object)), crds)
  }

  /** If the API server gives no answer about the object, blocks it alone. */
  async #planOne(
    resolved: ResolvedObject,
    member: Member,
    declared: DesiredState,
    cached: LiveObject | undefined,
  ): Promise<ObjectPlan> {
    const { guard } = this.#options
    const guarded = { ...resolved, live: cached }
    const refusal = this.#refusalFor(guarded, member)
    if (refusal) return blockedBy(refusal, resolved)
    try {
      const plan = await this.#planAnswered(resolved, member, declared, cached)
      const denial = isWrite(plan) ? await roleRefusal(guarded, guard) : undefined
      return denial ? blockedBy(denial, resolved) : plan
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
      const { key, origin } = resolved
      return blockedBy(apiFault(error, { action: 'unchanged', key, origin }), resolved)
    }
  }

  /** Why the configuration does not allow an object, or the account that writes it. */
  #refusalFor(guarded: Guarded, member: Member): Fault | undefined {
    const { guard, namespace } = this.#options
    if (isDocument(guarded.key)) return documentRefusal(guarded, guard, namespace)
    const account = member.target?.installation.serviceAccount
    return refusalOf(guarded, guard) ?? accountRefusal(account, guarded, guard)
  }

  async #planAnswered(
    resolved: ResolvedObject,
    member: Member,
    declared: DesiredState,
    cached: LiveObject | undefined,
  ): Promise<ObjectPlan> {
    const live = await this.#inDeclaredVersion(resolved, cached)
    if (live && !this.#options.view.schemas.has(gvkOf(resolved.object))) await this.#loadSchemas([resolved])
    if (live === undefined && this.#hasRun(resolved, member))
      return { action: 'unchanged', key: resolved.key, origin: resolved.origin }
    const base = live && (await this.#bases.baseOf(resolved, live, member.id))
    const enforced = [...(resolved.sleep ?? base?.sleep ?? []), ...(resolved.restart ?? [])]
    const leave = await this.#ignoredFields.known(resolved, member, enforced)
    const input = { ...this.#inputOf(resolved, member, declared), base: base?.object, leave }
    const plan = await this.#withOwners(planObject({ ...input, live }), { ...input, live }, member, declared)
    this.#bases.note(resolved)
    if (plan.action === 'unchanged') this.#there.set(idOf(resolved.key), resolved.digest)
    const sensitive = bothSensitive(resolved.sensitive, base?.sensitive)
    return this.#named(sensitive ? { ...plan, sensitive } : plan, member, declared)
  }

  /** Whether an object that is not there ran before, or belongs to a release that is taken over now. */
  #hasRun(resolved: ResolvedObject, member: Member): boolean {
    const { takeover, record, view } = this.#options
    if (isReleaseRun(resolved.object) && takeover?.(member.name, idOf(resolved.key)) !== undefined)
      return true
    const known = { record: record(member.name), live: (id: ObjectId) => view.cache.get(id) }
    return runOf(resolved, member, known) !== undefined
  }

  /** Plans again with the field owners, if the plan depends on them. */
  async #withOwners(
    plan: ObjectPlan,
    input: PlanObjectInput,
    member: Member,
    declared: DesiredState,
  ): Promise<ObjectPlan> {
    const { live, resolved } = input
    if (live === undefined || plan.action !== 'patch') return plan
    const needsAll =
      needsOwners(plan, live, input.base, resolved) ||
      this.#ignoredFields.dependsOnManagers(plan, resolved, member)
    if (!needsAll && !dependsOnAutoscaler(plan)) return plan
    const shown = needsAll && !showsOwners(live) ? await this.#read(resolved.key, live) : live
    if (shown === undefined) return planObject({ ...input, live: undefined })
    return this.#ignoredFields.planWithOwners({ ...input, live: shown }, member, declared)
  }

  /** Adds the places in other installations to a fault about their object. */
  #named(plan: ObjectPlan, { name }: Member, { claims, members }: DesiredState): ObjectPlan {
    if (plan.action !== 'blocked' || plan.fault.code !== 'owned-elsewhere') return plan
    const others = (claims.get(idOf(plan.key)) ?? []).filter((other) => other !== name)
    const found = others.flatMap((other) => members.get(other) ?? [])
    return { ...plan, fault: withOtherPlaces(plan.fault, found) }
  }

  /**
   * The cache holds each kind in one version; Git may declare another. While that one is not served, the plan
   * uses the cached version, and is made again from the declared one before anything is written.
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
      settled: this.settledOf(id),
      takeover: this.#options.takeover?.(member.name, id),
      declarers: new Set(others.map((name) => declared.members.get(name)?.id ?? '')),
    }
  }
}

function blockedBy(problem: Fault, { key, origin, object }: ResolvedObject): BlockedPlan {
  return { action: 'blocked', key, origin, fault: problem, wave: waveOf(object) }
}

function unlessNoAnswer(error: unknown): undefined {
  if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
}

function inScope({ objects }: Member, scope: Scope<ObjectId>): readonly ResolvedObject[] {
  return scope === 'all' ? [...objects.values()] : [...scope].flatMap((id) => objects.get(id) ?? [])
}

/** Whether the plan depends on field owners, which the cache leaves out (managedFields). */
function needsOwners(
  plan: PatchPlan,
  live: LiveObject,
  base: KubernetesObject | undefined,
  { digest }: ResolvedObject,
): boolean {
  // Also if the annotation was removed: then nothing says what was applied.
  const lacksBase = base === undefined && appliedOf(live)?.digest !== digest
  return lacksBase || plan.patch.some(({ op }) => op === 'remove')
}
