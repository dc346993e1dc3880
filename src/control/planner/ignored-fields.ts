import type { ResolvedObject } from '../../model/installation.ts'
import { idOf, type LiveObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { IgnoredField, ObjectPlan, PatchOperation, PatchPlan } from '../../model/plan.ts'
import type { Rules } from '../../model/rules.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { changesOf } from '../../stages/plan/describe/changes.ts'
import { type CompiledRule, compileRules, type Ignored, ignoredIn } from '../../stages/plan/ignore-rules.ts'
import { parsePattern } from '../../stages/plan/merge/field-pattern.ts'
import {
  type Leave,
  leaveNothing,
  type OwnedFields,
  type RememberedField,
} from '../../stages/plan/merge/leave.ts'
import { controlledFields } from '../../stages/plan/ownership/controlled-fields.ts'
import { isScaled, scaledFields } from '../../stages/plan/ownership/scaled-fields.ts'
import { fieldsOfManagers } from '../../stages/plan/ownership/writers.ts'
import type { PlanObjectInput } from '../../stages/plan/plan-input.ts'
import { planObject } from '../../stages/plan/plan-object.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { Autoscalers, autoscalerId } from './autoscalers.ts'

/** Replicas field of a workload, in Kubernetes' own kinds and nearly all others. */
const REPLICAS = '/spec/replicas'
const REPLICAS_FIELD = { 'f:spec': { 'f:replicas': {} } }

export interface IgnoredFieldsOptions {
  readonly view: ClusterView
  /** Rules for all installations. */
  readonly rules: Rules
}

/**
 * Decides which fields of objects are left to others: those that rules name, controllers decide, field managers
 * own or autoscalers set. Fields left because of their owner are remembered by value, since the cache does not show
 * owners: the same difference takes no further request.
 */
export class IgnoredFields {
  readonly #options: IgnoredFieldsOptions
  readonly #autoscalers: Autoscalers
  readonly #controlled = controlledFields()
  readonly #compiled = new WeakMap<Rules, readonly CompiledRule[]>()
  /** Ignored fields of each object that has any. */
  readonly #leaves = new Map<ObjectId, Leave>()
  /** The same without remembered fields: most objects of a kind share one. */
  readonly #shared = new WeakMap<Ignored, Leave>()
  /** Objects that an autoscaler watched by Reeve scales, and that autoscaler. */
  readonly #scaled = new Map<ObjectId, ObjectId>()

  constructor(options: IgnoredFieldsOptions) {
    this.#options = options
    this.#autoscalers = new Autoscalers(options.view)
  }

  /**
   * Ignored fields of an object, as known without reading its owners.
   * @param enforced JSON pointers of fields that nothing leaves, such as those by which it sleeps, or did
   */
  async known(resolved: ResolvedObject, member: Member, enforced: readonly string[]): Promise<Leave> {
    const { key } = resolved
    const ignored = this.#ignored(resolved, member)
    const remembered = await this.#stillLeft(key, ignored)
    const leave = this.#leaveOf(ignored)
    this.#keep(key, remembered.size === 0 ? leave : { ...leave, remembered })
    const known = this.of(idOf(key))
    return enforced.length > 0 ? { ...known, ...enforcing(known, enforced) } : known
  }

  /** Ignored fields as last known. */
  of(id: ObjectId): Leave {
    return this.#leaves.get(id) ?? leaveNothing
  }

  /** Drops undeclared objects. */
  keep({ claims }: DesiredState): void {
    for (const known of [this.#leaves, this.#scaled])
      for (const id of known.keys()) if (!claims.has(id)) known.delete(id)
  }

  /** Whether the fields that managers own may change a plan. */
  dependsOnManagers(plan: PatchPlan, resolved: ResolvedObject, member: Member): boolean {
    return this.#ignored(resolved, member).managers !== undefined && changesOf(plan).length > 0
  }

  /** Plans an object that shows its field owners, as far as the plan depends on them. */
  async planWithOwners(
    input: PlanObjectInput & { readonly live: LiveObject },
    member: Member,
    declared: DesiredState,
  ): Promise<ObjectPlan> {
    const { key } = input.resolved
    const { enforced } = input.leave ?? leaveNothing
    const ignored = this.#ignored(input.resolved, member)
    const planned = (owned: readonly OwnedFields[]): ObjectPlan =>
      planObject({ ...input, leave: { ...this.#leaveOf(ignored), owned, enforced } })
    const owned = ignored.managers ? fieldsOfManagers(input.live, ignored.managers) : []
    const first = planned(owned)
    const isEnforced = enforced.some(({ pointer }) => pointer === REPLICAS)
    const scaled = isEnforced ? [] : await this.#scaledFields(first, input.live, declared)
    const plan = scaled.length > 0 ? planned([...owned, ...scaled]) : first
    this.#remember(key, plan)
    return plan
  }

  /** Objects whose autoscaler is gone, so that Git's replicas apply again. Each is returned once. */
  freed(): readonly ObjectId[] {
    const { cache } = this.#options.view
    const freed = [...this.#scaled].filter(([, autoscaler]) => cache.get(autoscaler) === undefined)
    if (freed.length > 0) this.#autoscalers.refresh()
    for (const [id] of freed) this.#scaled.delete(id)
    return freed.map(([id]) => id)
  }

  #ignored(resolved: ResolvedObject, { target }: Member): Ignored {
    const own = target ? this.#compile(target.installation.rules) : []
    const rules = [...own, ...this.#compile(this.#options.rules)]
    return ignoredIn(resolved.key, rules, this.#controlled(resolved))
  }

  #leaveOf(ignored: Ignored): Leave {
    const known = this.#shared.get(ignored)
    if (known !== undefined) return known
    const leave: Leave = { ...leaveNothing, ignored: ignored.fields, once: ignored.once }
    this.#shared.set(ignored, leave)
    return leave
  }

  #compile(rules: Rules): readonly CompiledRule[] {
    const known = this.#compiled.get(rules)
    if (known !== undefined) return known
    const compiled = compileRules(rules.ignore)
    this.#compiled.set(rules, compiled)
    return compiled
  }

  /** Remembered fields whose rule or autoscaler is still there. */
  async #stillLeft(key: ObjectKey, { managers }: Ignored): Promise<Leave['remembered']> {
    const { remembered } = this.of(idOf(key))
    if (remembered.size === 0) return remembered
    const still = new Map<string, RememberedField>()
    for (const [pointer, field] of remembered) {
      const { why } = field
      const isStill =
        why.reason === 'autoscaled'
          ? await this.#autoscalers.isStill(key, why.autoscaler)
          : why.reason === 'owned' && managers?.has(why.manager) === true
      if (isStill) still.set(pointer, field)
    }
    return still
  }

  #remember(key: ObjectKey, plan: ObjectPlan): void {
    const left = plan.action === 'patch' || plan.action === 'unchanged' ? (plan.left ?? []) : []
    const known = left.filter(isRemembered)
    const remembered = new Map(known.map((field) => [field.pointer, field]))
    this.#keep(key, { ...this.of(idOf(key)), remembered })
    this.#watch(key, known)
  }

  #keep(key: ObjectKey, leave: Leave): void {
    const { ignored, once, remembered } = leave
    const isNothing = ignored.length === 0 && once.length === 0 && remembered.size === 0
    if (isNothing) this.#leaves.delete(idOf(key))
    else this.#leaves.set(idOf(key), leave)
  }

  #watch(key: ObjectKey, left: readonly IgnoredField[]): void {
    const names = left.flatMap(({ why }) => (why.reason === 'autoscaled' ? (why.autoscaler ?? []) : []))
    const ids = names.map((name) => autoscalerId(key.namespace, name))
    const watched = ids.find((id) => this.#options.view.cache.get(id) !== undefined)
    if (watched === undefined) this.#scaled.delete(idOf(key))
    else this.#scaled.set(idOf(key), watched)
  }

  /**
   * Replicas, if a plan would change what an autoscaler set. Replicas that Git no longer declares are left to
   * an autoscaler that exists or is declared: they would fall to the server's default of 1.
   */
  async #scaledFields(
    plan: ObjectPlan,
    live: LiveObject,
    declared: DesiredState,
  ): Promise<readonly OwnedFields[]> {
    const op = replicasOperation(plan)
    if (op === 'remove') {
      const name =
        (await this.#autoscalers.of(plan.key))?.name ?? this.#autoscalers.declaredFor(plan.key, declared)
      return name === undefined
        ? []
        : [{ why: { reason: 'autoscaled', autoscaler: name }, fields: REPLICAS_FIELD }]
    }
    if (op === undefined || !isScaled(live)) return []
    const autoscaler = await this.#autoscalers.of(plan.key)
    return autoscaler ? scaledFields(live, autoscaler.name) : []
  }
}

/** Nothing keeps an object from falling asleep, waking or restarting: no rule, no other manager, and no autoscaler. */
function enforcing(
  { remembered }: Leave,
  pointers: readonly string[],
): Pick<Leave, 'remembered' | 'enforced'> {
  return {
    remembered: new Map([...remembered].filter(([pointer]) => !pointers.includes(pointer))),
    enforced: pointers.map(parsePattern),
  }
}

/** Whether an autoscaler of the object may change a plan. */
export function dependsOnAutoscaler(plan: PatchPlan): boolean {
  const op = replicasOperation(plan)
  return op === 'remove' || (op !== undefined && isScaled(plan.live))
}

function replicasOperation(plan: ObjectPlan): PatchOperation['op'] | undefined {
  if (plan.action !== 'patch') return undefined
  return plan.patch.find(({ op, path }) => path === REPLICAS && op !== 'test')?.op
}

function isRemembered(field: IgnoredField): field is RememberedField {
  const isOwned = field.why.reason === 'owned' || field.why.reason === 'autoscaled'
  return isOwned && field.declared !== undefined
}
