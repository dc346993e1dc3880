import { ifRequestFails } from '../../adapters/cluster/api-error.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { firstOf } from '../../model/first-of.ts'
import type { JsonObject } from '../../model/json.ts'
import { escapeToken, tokensOf } from '../../model/json-pointer.ts'
import { APPLIED_ANNOTATION } from '../../model/labels.ts'
import { idOf } from '../../model/object.ts'
import type { BlockedPlan, CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { humanPath } from '../../stages/plan/describe/human-path.ts'
import { lastWriterOf } from '../../stages/plan/ownership/last-writer.ts'
import type { Contention } from './contention.ts'
import type { Fights } from './fights.ts'
import { type GatedPlan, isWrite, type Write } from './gate.ts'
import { whoDeletes } from './who-deletes.ts'

const APPLIED = `/metadata/annotations/${escapeToken(APPLIED_ANNOTATION)}`
/** Maximum number of fields that a fault names. */
const NAMED = 3

export interface Patience {
  readonly view: ClusterView
  /** Whether a write reverts another client's change, or repeats content that was there before. */
  readonly planner: { isDrift(plan: ObjectPlan): boolean; isRepeat(plan: ObjectPlan): boolean }
  readonly contention: Contention
  readonly fights: Fights
}

/** Defers writes to objects that another client keeps changing, deleting or creating. */
export function deferContended(
  plans: readonly GatedPlan[],
  patience: Patience,
): Promise<readonly GatedPlan[]> {
  return Promise.all(plans.map((plan) => (isWrite(plan) ? deferOne(plan, patience) : plan)))
}

async function deferOne(plan: Write, patience: Patience): Promise<ObjectPlan> {
  const { contention, fights } = patience
  if (!isAgain(plan, patience)) return plan
  const id = idOf(plan.key)
  const now = Date.now()
  const parts = partsOf(plan)
  const delays = parts.map((part) => contention.delay(id, part, now))
  const retryInMs = Math.max(0, ...delays)
  if (retryInMs === 0) return plan
  const fought = parts.filter((_part, index) => (delays[index] ?? 0) > 0)
  const blocked = contendedPlan(plan, await detailsOf(plan, fought, patience))
  fights.note(id, blocked.fault, now + retryInMs)
  return { ...blocked, retryInMs }
}

/** Notes a plan that was carried out. A held or refused plan is no fight, however often it is tried. */
export function noteWritten(plan: ObjectPlan, patience: Patience): void {
  const { contention, fights } = patience
  if (!isWrite(plan) || !isAgain(plan, patience)) return
  const id = idOf(plan.key)
  const now = Date.now()
  const parts = partsOf(plan)
  for (const part of parts) contention.note(id, part, now)
  fights.extend(id, now + Math.max(0, ...parts.map((part) => contention.delay(id, part, now))))
}

/** Outcome to report, and the delay in milliseconds before the object is checked again because of a fight. */
export interface Told {
  readonly outcome: Outcome
  readonly retryInMs?: number
}

/** Reports the outcome, unless a fight is on: then the object must first stay as it is for a while. */
export function foughtOutcome(outcome: Outcome, { fights }: Pick<Patience, 'fights'>): Told {
  if (fights.isNone || outcome.result === 'waiting' || 'fault' in outcome) return { outcome }
  const id = idOf(outcome.key)
  const retryInMs = fights.left(id, Date.now())
  return retryInMs === 0 ? { outcome } : { outcome: fights.outcome(id, outcome), retryInMs }
}

/** Whether a write repeats what was done before. */
function isAgain(plan: Write, { planner }: Patience): boolean {
  return plan.action === 'delete' || planner.isDrift(plan) || planner.isRepeat(plan)
}

/** Identifies the written parts of the object: the fields of a patch, else the object as a whole. */
function partsOf(plan: Write): readonly string[] {
  if (plan.action !== 'patch') return [plan.action]
  const fields = fieldsOf(plan)
  return fields.length === 0 ? [APPLIED] : fields
}

/** JSON pointers of the fields that a patch changes, except the annotation with the commit. */
function fieldsOf({ patch }: PatchPlan): readonly string[] {
  return patch.filter(({ op, path }) => op !== 'test' && path !== APPLIED).map(({ path }) => path)
}

async function detailsOf(plan: Write, fought: readonly string[], patience: Patience): Promise<string> {
  if (plan.action === 'create') return recreated(plan, patience)
  const writer = (await otherWriter(plan, fought, patience)) ?? 'another client'
  if (plan.action === 'delete') return `${writer} creates it again; Reeve deletes it less and less often`
  const names = fought.map((field) => humanPath(plan.live as JsonObject, tokensOf(field)))
  return `${firstOf(names, NAMED)}: ${writer} wrote it last; Reeve puts it back less and less often`
}

async function recreated({ key, desired }: CreatePlan, { view, contention }: Patience): Promise<string> {
  const { client, kinds } = view
  return `${await whoDeletes(contention.gone(idOf(key)) ?? desired, { client, kinds })}; Reeve creates it less and less often`
}

function contendedPlan(plan: Write, details: string): BlockedPlan & { readonly fault: Fault } {
  const place = { location: plan.origin, object: idOf(plan.key) }
  return {
    action: 'blocked',
    key: plan.key,
    fault: fault('contended', details, place),
    ...('live' in plan && { live: plan.live }),
    ...(plan.origin && { origin: plan.origin }),
  }
}

/** Finds the writer by metadata.managedFields, which the cache leaves out. */
async function otherWriter(
  plan: PatchPlan | DeletePlan,
  fought: readonly string[],
  { view }: Patience,
): Promise<string | undefined> {
  const resource = view.resourceOf(plan)
  const live = resource && (await view.client.get(resource, plan.key).catch(ifRequestFails(undefined)))
  return live && lastWriterOf(live, plan.action === 'patch' ? fought : [])
}
