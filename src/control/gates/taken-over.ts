import type { Fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import { OWN_GROUP, RELEASE_ANNOTATION } from '../../model/labels.ts'
import type { KubernetesObject, LiveObject, ObjectId } from '../../model/object.ts'
import type { CreatePlan } from '../../model/plan.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { Member } from '../fleet/member.ts'
import type { GatedPlan } from './gate.ts'

/** Minimum age of the objects of a lost record, in milliseconds: a younger one may not be written yet. */
const RECORDED_AFTER_MS = 600_000
/** Number of objects of a release that are asked for before its hooks run. */
const ASKED = 3

/** What is known of a member: its record, and the live objects that Reeve has. */
export interface Known {
  readonly record: InstallationStatus | undefined
  readonly live: (id: ObjectId) => LiveObject | undefined
}

export type Released = Pick<Member, 'target' | 'objects'>

/** Whether an object runs once in each release, as a hook that is a Job or Pod does. */
export function isReleaseRun({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[RELEASE_ANNOTATION] !== undefined
}

/**
 * Whether the first release of a member was installed before Reeve knew it, so that its hooks have run: most of
 * its objects were taken over from another owner, or all have been there for a while and no record is left.
 */
export function isTakenOver(member: Released, { record, live }: Known): boolean {
  if (!isFirstRelease(member)) return false
  const parts = partsOf(member)
  if (parts.filter(([id]) => wasTaken(live(id))).length * 2 > parts.length) return true
  if (record !== undefined || parts.length === 0) return false
  const before = new Date(Date.now() - RECORDED_AFTER_MS).toISOString()
  return parts.every(([id]) => {
    const created = live(id)?.metadata.creationTimestamp
    return typeof created === 'string' && created < before
  })
}

interface Context {
  readonly member: (Released & { readonly name: string }) | undefined
  readonly readiness: Pick<Known, 'live'> & { readonly record: (name: string) => Known['record'] }
  readonly ask: Ask
}

/** Asks the API server for a declared object: the live one, and why it may not be written. */
export type Ask = (object: ResolvedObject) => Promise<Answer>

interface Answer {
  readonly live?: LiveObject | undefined
  readonly refusal?: Fault | undefined
}

/**
 * Until a release is installed, its hooks do not run beside objects of another owner, which may have installed it and
 * run them.
 */
export async function holdRuns(
  plans: readonly GatedPlan[],
  { member, readiness, ask }: Context,
): Promise<readonly GatedPlan[]> {
  if (member === undefined || !plans.some(isNewRun) || !isFirstRelease(member)) return plans
  const record = readiness.record(member.name)
  if (lastSyncedRevision(record) !== undefined) return plans
  const answers = await askFor(member, readiness.live, ask)
  const refusal = [...answers.values()].find((answer) => answer.refusal !== undefined)?.refusal
  const live = (id: ObjectId) => answers.get(id)?.live ?? readiness.live(id)
  if (refusal === undefined && !isTakenOver(member, { record, live })) return plans
  return plans.map((plan) => (isNewRun(plan) ? heldRun(plan, refusal) : plan))
}

function heldRun({ key, origin }: CreatePlan, refusal: Fault | undefined): GatedPlan {
  const known = { key, ...(origin && { origin }) }
  return refusal ? { action: 'blocked', ...known, fault: refusal } : { action: 'unchanged', ...known }
}

/**
 * Asks for objects that the cache lacks, as it holds those of Reeve alone: a few, but all of them while a takeover may
 * be under way.
 */
async function askFor(
  member: Released,
  live: Known['live'],
  ask: Ask,
): Promise<ReadonlyMap<ObjectId, Answer>> {
  const parts = partsOf(member)
  const missing = parts.filter(([id]) => live(id) === undefined)
  const sorted = missing.toSorted(([, a], [, b]) => Number(isWorkload(b)) - Number(isWorkload(a)))
  const asked = parts.some(([id]) => wasTaken(live(id))) ? missing : sorted.slice(0, ASKED)
  return new Map(await Promise.all(asked.map(async ([id, object]) => [id, await ask(object)] as const)))
}

function isNewRun(plan: GatedPlan): plan is CreatePlan {
  return plan.action === 'create' && isReleaseRun(plan.desired)
}

function isFirstRelease({ target }: Released): boolean {
  return target?.installation.release?.revision === 1
}

/** Objects of a release other than its runs. */
function partsOf({ objects }: Released): (readonly [ObjectId, ResolvedObject])[] {
  return [...objects].filter(([, { key, object }]) => key.group !== OWN_GROUP && !isReleaseRun(object))
}

function isWorkload({ key }: ResolvedObject): boolean {
  return key.group === 'apps'
}

function wasTaken(live: LiveObject | undefined): boolean {
  return live !== undefined && appliedOf(live)?.isTaken === true
}
