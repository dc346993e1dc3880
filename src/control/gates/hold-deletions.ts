import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { describeKey, idOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { DeletePlan } from '../../model/plan.ts'
import { causesRefusal } from '../../stages/plan/causes-refusal.ts'
import { stageOf } from '../../stages/plan/order.ts'
import { type Resolved, resolve } from '../../stages/plan/resolve.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { LastDeclaration, LastDeclarations } from '../fleet/last-declarations.ts'
import type { Member } from '../fleet/member.ts'
import { type GatedPlan, isDeletion } from './gate.ts'

const UNDER_WAY: ReadonlySet<FaultCode> = new Set([
  'still-rendering',
  'render-unavailable',
  'system-error',
  'internal',
])

/** A declared object that is not applied yet, and that has no other owner. */
export interface Unresolved {
  readonly key: ObjectKey
  /** Digest of the object as declared; undefined if its kind is unknown. */
  readonly digest: string | undefined
  /** Why it is not applied, if that is known. */
  readonly fault?: Fault | undefined
}

export interface HoldContext {
  readonly declared: DesiredState
  /** Full id of the commit that the fleet is at. */
  readonly head: string
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  readonly lastDeclarations: LastDeclarations
  /** Objects of an installation that are not applied; of one with faults, those that it would declare. */
  readonly unresolved: (member: Member) => readonly Unresolved[]
  /** Installations that may declare new objects and have not applied all of them. */
  readonly newcomers: () => Iterable<Member>
}

/** An unresolved object that keeps another one from being deleted. */
interface Reason {
  readonly member: Member
  readonly unresolved: Unresolved
}

/** A deletion that waits, and its reason. */
export interface HeldDeletion {
  readonly plan: DeletePlan
  /** The object to apply first, as text for users; does not depend on how far it is. */
  readonly unresolved: string
  /** Installation of that object. */
  readonly on: string
}

/**
 * Deletions come last, and wait for everything that the change behind them left unresolved: in the
 * installation itself, and in any possible successor of the deleted object. So a typo in a kind, a name or a
 * namespace deletes nothing. Deletions do not wait for objects that were unresolved before that change, that
 * others own, or that are refused because of the very object to be deleted.
 *
 * @param name the installation's
 */
export async function deleteLast(
  name: string,
  plans: readonly GatedPlan[],
  context: () => HoldContext,
): Promise<readonly GatedPlan[]> {
  const deletions = plans.filter(isDeletion)
  if (deletions.length === 0) return plans
  const sorted = await sortDeletions(name, deletions, context())
  return plans.map((plan): GatedPlan => {
    const found = isDeletion(plan) ? sorted.get(plan) : undefined
    if (found === undefined || 'action' in found) return found ?? plan
    const reason = `${found.unresolved} to be applied, which may replace what would be deleted`
    return { action: 'wait', key: plan.key, reason, on: found.on }
  })
}

/** Sorts deletions into those that go, with objects to apply afterwards, and those that are held. */
export async function sortDeletions(
  name: string,
  deletions: readonly DeletePlan[],
  context: HoldContext,
): Promise<ReadonlyMap<DeletePlan, DeletePlan | HeldDeletion>> {
  const reasons = possibleReasons(name, context)
  const sorted = new Map<DeletePlan, DeletePlan | HeldDeletion>()
  for (const plan of deletions) {
    const isFree = reasons.length === 0 || goesAnyhow(plan)
    const found = isFree ? [] : await reasonsFor(name, plan.live, reasons, context)
    const [first] = found.filter(({ unresolved }) => !causesRefusal(plan.live, unresolved))
    const frees = found.map(({ unresolved }) => unresolved.key)
    if (first) sorted.set(plan, { plan, unresolved: describe(first, name), on: first.member.name })
    else sorted.set(plan, frees.length > 0 ? { ...plan, frees } : plan)
  }
  return sorted
}

/** Whether it goes without waiting: an admission webhook may block every other write. */
function goesAnyhow({ key, isAllowed, isUnused }: DeletePlan): boolean {
  return isAllowed === true || isUnused === true || stageOf(key) === 'admission'
}

function possibleReasons(name: string, context: HoldContext): readonly Reason[] {
  const { declared, unresolved, newcomers } = context
  const own = declared.members.get(name)
  const others = [...newcomers()].filter((member) => member.name !== name)
  return [...(own ? [own] : []), ...others].flatMap((member) =>
    unresolved(member).map((object) => ({ member, unresolved: object })),
  )
}

async function reasonsFor(
  name: string,
  live: LiveObject,
  reasons: readonly Reason[],
  context: HoldContext,
): Promise<readonly Reason[]> {
  const { declared, lastDeclarations, head } = context
  const last = await lastDeclarations.of(live, head)
  const isGone = !declared.members.has(name)
  const byMember = Map.groupBy(reasons, ({ member }) => member)
  const found: Reason[] = []
  for (const [member, candidates] of byMember) {
    const isOwn = member.name === name
    const before = isOwn ? last?.resolved : last && (await resolvedAt(last, member, context))
    const fresh = last ? candidates.filter((reason) => isNewSince(before, reason)) : candidates
    const isKnown = last !== undefined && !isUnderWay(member)
    const succeeds = isOwn || !isKnown || isSuccessor(member, { last, before, isGone })
    found.push(...fresh.filter(({ unresolved }) => succeeds || isAtPlaceOf(unresolved, live)))
  }
  return found
}

/** Another installation at the same commit; undefined if it did not exist there. */
async function resolvedAt(
  { revision }: LastDeclaration,
  { id, kinds }: Member,
  { lastDeclarations, namespace }: HoldContext,
): Promise<Resolved | undefined> {
  const installation = await lastDeclarations.at(revision, id)
  return installation && resolve(installation, kinds, { namespace })
}

/** Whether an object was declared differently, or not at all, before the change. */
function isNewSince(before: Resolved | undefined, { unresolved: { key, digest } }: Reason): boolean {
  if (before === undefined) return true
  const id = idOf(key)
  if (digest === undefined) return !before.blocked.some((plan) => idOf(plan.key) === id)
  return !before.objects.some((object) => idOf(object.key) === id && object.digest === digest)
}

/** Whether its declared objects will be known soon. */
function isUnderWay({ attempted }: Member): boolean {
  return attempted.faults.some(({ code }) => UNDER_WAY.has(code))
}

interface Succession {
  readonly last: LastDeclaration
  /** The other installation at that commit. */
  readonly before: Resolved | undefined
  /** Git no longer declares the installation whose object goes. */
  readonly isGone: boolean
}

/** Whether it appeared when the other one was removed, or took over objects that the other one declared. */
function isSuccessor({ claims }: Member, { last, before, isGone }: Succession): boolean {
  if (isGone && before === undefined) return true
  const had = new Set((before?.objects ?? []).map(({ key }) => idOf(key)))
  const theirs = new Set(last.resolved.objects.map(({ key }) => idOf(key)))
  return claims.some((id) => theirs.has(id) && !had.has(id))
}

/** True, for example, if only the kind or the API group differs. */
function isAtPlaceOf({ key }: Unresolved, { metadata }: LiveObject): boolean {
  return key.name === metadata.name && key.namespace === (metadata.namespace ?? '')
}

function describe({ member, unresolved }: Reason, name: string): string {
  const object = describeKey(unresolved.key)
  return member.name === name ? object : `${object} of installation ${member.name}`
}
