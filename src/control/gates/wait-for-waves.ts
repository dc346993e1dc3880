import type { Outcome } from '../../model/status.ts'
import type { Member } from '../fleet/member.ts'
import { type GatedPlan, isWrite, type Write } from './gate.ts'
import { neverWaits, type Readiness, waitsFor } from './readiness.ts'

export interface WaveContext {
  readonly member: Member | undefined
  readonly wave: number | undefined
  readonly outcomes: readonly Outcome[]
  readonly readiness: Readiness
}

/**
 * Writes that follow a commit wait for earlier waves and for other installations. Writes after a waiting one
 * wait for the same reason: an object still to be replaced may need one that is to be deleted.
 */
export function waitForWaves(plans: readonly GatedPlan[], context: WaveContext): readonly GatedPlan[] {
  const { member, wave, outcomes, readiness } = context
  if (member === undefined || wave === undefined || neverWaits(member) || !plans.some(isWrite)) return plans
  const reason = reasonIn(outcomes) ?? waitsFor(member, wave, readiness)
  if (reason === undefined) return plans
  return plans.map((plan) =>
    isWrite(plan) && !isUnused(plan) ? { action: 'wait', key: plan.key, reason } : plan,
  )
}

function isUnused(plan: Write): boolean {
  return plan.action === 'delete' && plan.isUnused === true
}

function reasonIn(outcomes: readonly Outcome[]): string | undefined {
  for (const outcome of outcomes) if (outcome.result === 'waiting') return outcome.reason
  return undefined
}
