import { APPLIED_ANNOTATION } from '../../model/labels.ts'
import { idOf, isBeingDeleted, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { CreatePlan, DeletePlan, PatchPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'

export type WritePlan = CreatePlan | PatchPlan | DeletePlan

/** A write that may have been carried out although no answer came. */
export interface LostAnswer {
  readonly plan: WritePlan
  /** To be called with the object if it was. */
  readonly onWritten: (live: LiveObject | undefined) => void
}

/** By object. */
export type LostAnswers = Map<ObjectId, LostAnswer>

export interface LostAnswersContext {
  /** Writes without an answer; the next attempt at the object tells what became of them. */
  readonly lostAnswers?: LostAnswers
  /** Called with a write without an answer; returns what to call if it was carried out. */
  readonly onLost?: (plan: WritePlan) => LostAnswer['onWritten']
}

const RESULTS = { create: 'created', patch: 'patched', delete: 'deleted' } as const

/** Notes a write without an answer, for the next attempt at its object. */
export function noteLost(plan: WritePlan, { lostAnswers, onLost }: LostAnswersContext): void {
  if (onLost) lostAnswers?.set(idOf(plan.key), { plan, onWritten: onLost(plan) })
}

/** Tells the write if the object is as it would have left it, and returns its outcome. */
export function outcomeOfLost(
  { plan, onWritten }: LostAnswer,
  live: LiveObject | undefined,
): Outcome | undefined {
  if (!isCarriedOut(plan, live)) return undefined
  onWritten(live)
  return { result: RESULTS[plan.action], key: plan.key }
}

function isCarriedOut(plan: WritePlan, live: LiveObject | undefined): boolean {
  if (plan.action === 'delete') return live?.metadata.uid !== plan.live.metadata.uid || isBeingDeleted(live)
  const mark = plan.desired.metadata.annotations?.[APPLIED_ANNOTATION]
  return mark !== undefined && live?.metadata.annotations?.[APPLIED_ANNOTATION] === mark
}
