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

const UNDER_WAY: ReadonlySet<FaultCode> = new Set(['still-rendering', 'render-unavailable', 'internal'])

/** A declared object that is not applied yet, and that no one else owns. */
export interface Unresolved {
  readonly key: ObjectKey
  /** Of the object as declared; undefined where its kind is unknown. */
  readonly digest: string | undefined
  /** Why it is not applied, as far as that is known. */
  readonly fault?: Fault | undefined
}

export interface HoldContext {
  readonly declared: DesiredState
  /** Full id of the commit that the fleet is at. */
  readonly head: string
  /** Of namespaced objects that name none. */
  readonly namespace: string
  readonly lastDeclarations: LastDeclarations
  /** Objects of an installation that are not applied; of one with faults, what it would declare. */
  readonly unresolved: (member: Member) => readonly Unresolved[]
  /** Installations that may declare something new and have not applied all of it. */
  readonly newcomers: () => Iterable<Member>
}

/** What keeps an object from being deleted. */
interface Reason {
  readonly member: Member
  readonly unresolved: Unresolved
}

/** A deletion that waits, and for what. */
export interface HeldDeletion {
  readonly plan: DeletePlan
  /** The object that is to be applied first, for people; the same however far it is. */
  readonly unresolved: string
  /** The installation whose object that is. */
  readonly on: string
}

/**
 * Deletions come last, and wait for what the change that asks for them left unresolved: in the
 * installation itself, and in any that may be the successor of what goes. So a typo in a kind, a name or
 * a namespace deletes nothing. What was unresolved before that change, what others own, and an object
 * that is refused because of the very object that goes hold nothing.
 *
 * @param name the installation's
 */
export async function deleteLast(
  name: string,
  plans: readonly GatedPlan[],
  context: HoldContext,
): Promise<readonly GatedPlan[]> {
  const deletions = plans.filter(isDeletion)
  if (deletions.length === 0) return plans
  const sorted = await sortDeletions(name, deletions, context)
  return plans.map((plan): GatedPlan => {
    const found = isDeletion(plan) ? sorted.get(plan) : undefined
    if (found === undefined || 'action' in found) return found ?? plan
    const reason = `${found.unresolved} to be applied, which may replace what goes`
    return { action: 'wait', key: plan.key, reason, on: found.on }
  })
}

/** Which deletions go, with what may be applied once they are done, and which are held. */
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

/** An admission webhook may be what keeps all else from being applied. */
function goesAnyhow({ key, isAllowed }: DeletePlan): boolean {
  return isAllowed === true || stageOf(key) === 'admission'
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

/** Another installation at the same commit; undefined where it was not there. */
async function resolvedAt(
  { revision }: LastDeclaration,
  { id, kinds }: Member,
  { lastDeclarations, namespace }: HoldContext,
): Promise<Resolved | undefined> {
  const installation = await lastDeclarations.at(revision, id)
  return installation && resolve(installation, kinds, { namespace })
}

/** Whether an object was declared otherwise, or not at all, before the change. */
function isNewSince(before: Resolved | undefined, { unresolved: { key, digest } }: Reason): boolean {
  if (before === undefined) return true
  const id = idOf(key)
  if (digest === undefined) return !before.blocked.some((plan) => idOf(plan.key) === id)
  return !before.objects.some((object) => idOf(object.key) === id && object.digest === digest)
}

/** Whether what it declares will be known soon. */
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

/** One that came when the other went, or that took over what the other declared. */
function isSuccessor({ claims }: Member, { last, before, isGone }: Succession): boolean {
  if (isGone && before === undefined) return true
  const had = new Set((before?.objects ?? []).map(({ key }) => idOf(key)))
  const theirs = new Set(last.resolved.objects.map(({ key }) => idOf(key)))
  return claims.some((id) => theirs.has(id) && !had.has(id))
}

/** As where only the kind or the API group is another one. */
function isAtPlaceOf({ key }: Unresolved, { metadata }: LiveObject): boolean {
  return key.name === metadata.name && key.namespace === (metadata.namespace ?? '')
}

function describe({ member, unresolved }: Reason, name: string): string {
  const object = describeKey(unresolved.key)
  return member.name === name ? object : `${object} of installation ${member.name}`
}
