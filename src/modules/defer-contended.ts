import { fault } from '../model/fault.ts'
import type { JsonObject } from '../model/json.ts'
import { APPLIED_ANNOTATION } from '../model/labels.ts'
import { idOf, type ObjectId } from '../model/object.ts'
import type { BlockedPlan, ObjectPlan, PatchPlan } from '../model/plan.ts'
import { humanPath } from '../plan/describe/human-path.ts'
import { tokensOf } from '../plan/describe/patched.ts'
import { escapeToken } from '../plan/merge/pointer.ts'
import { lastWriterOf } from '../plan/ownership/last-writer.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Contention } from './contention.ts'
import type { Planner } from './planner.ts'

const APPLIED = `/metadata/annotations/${escapeToken(APPLIED_ANNOTATION)}`
/** So many fields are named. */
const NAMED = 3

export interface Patience {
  readonly view: ClusterView
  readonly planner: Planner
  readonly contention: Contention
}

/**
 * Leaves an object for a while in which the same field drifts again and again.
 * @param contended takes for how long, in milliseconds
 */
export async function deferContended(
  plan: ObjectPlan,
  contended: Map<ObjectId, number>,
  patience: Patience,
): Promise<ObjectPlan> {
  const { planner, contention } = patience
  if (plan.action !== 'patch' || !planner.isDrift(plan)) return plan
  const id = idOf(plan.key)
  const now = Date.now()
  const fields = fieldsOf(plan)
  const delays = fields.map((field) => contention.delay(`${id} ${field}`, now))
  const delay = Math.max(0, ...delays)
  if (delay === 0) {
    for (const field of fields) contention.note(`${id} ${field}`, now)
    return plan
  }
  contended.set(id, delay)
  const fought = fields.filter((_field, index) => (delays[index] ?? 0) > 0)
  return contendedPlan(plan, fought, await otherWriter(plan, fought, patience))
}

/** JSON pointers of what a patch changes, without the annotation that says at which commit. */
function fieldsOf({ patch }: PatchPlan): readonly string[] {
  return patch.filter(({ op, path }) => op !== 'test' && path !== APPLIED).map(({ path }) => path)
}

function contendedPlan(plan: PatchPlan, fought: readonly string[], writer: string | undefined): BlockedPlan {
  const names = fought.slice(0, NAMED).map((field) => humanPath(plan.live as JsonObject, tokensOf(field)))
  const more = fought.length > NAMED ? ` and ${fought.length - NAMED} more` : ''
  const fields = `${names.join(', ')}${more}`
  const details = `${fields}: ${writer ?? 'somebody'} wrote it last; it is put back less and less often`
  const place = { location: plan.origin, object: idOf(plan.key) }
  return {
    action: 'blocked',
    key: plan.key,
    live: plan.live,
    fault: fault('contended', details, place),
    ...(plan.origin && { origin: plan.origin }),
  }
}

/** By metadata.managedFields, which the cache leaves out. */
async function otherWriter(
  plan: PatchPlan,
  fought: readonly string[],
  { view }: Patience,
): Promise<string | undefined> {
  const resource = view.resourceOf(plan)
  const live = resource && (await view.client.get(resource, plan.key).catch(() => undefined))
  return live && lastWriterOf(live, fought)
}
