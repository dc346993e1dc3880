import type { ObjectPlan } from '../../model/plan.ts'
import { waveOf } from '../../model/wave.ts'
import type { Member } from '../fleet/member.ts'
import { isDeletion, isWrite, type Write } from '../gates/gate.ts'
import { neverWaits, type Readiness, waveNow } from '../gates/readiness.ts'

/** Wave of deletions: they come last. */
export const DELETIONS = Number.NEGATIVE_INFINITY

/** Plans of a round that are carried out together. */
export interface Batch {
  /** Wave of writes that follow a commit; -Infinity for deletions; undefined for writes that never wait. */
  readonly wave: number | undefined
  readonly plans: readonly ObjectPlan[]
}

export interface BatchContext {
  /** Undefined if Git no longer declares the installation. */
  readonly member: Member | undefined
  readonly readiness: Readiness
  /** Whether a write only reverts drift: such a write never waits. */
  readonly isHealing: (plan: ObjectPlan) => boolean
}

/**
 * Order of a round: writes that never wait, then writes that follow a commit, wave by wave, and deletions
 * last. An installation without waves and dependencies, or that Git no longer declares, has one batch of
 * writes.
 */
export function batchesOf(plans: readonly ObjectPlan[], context: BatchContext): readonly Batch[] {
  const { member, isHealing } = context
  const deletions = plans.filter(isDeletion)
  const others = plans.filter((plan) => !isDeletion(plan))
  const isStaged = member !== undefined && !neverWaits(member)
  const advances = isStaged ? others.filter((plan) => isWrite(plan)).filter((plan) => !isHealing(plan)) : []
  const moving = new Set<ObjectPlan>(advances)
  const waves = Map.groupBy(advances, (plan) => waveOfWrite(plan, context))
  return [
    { wave: undefined, plans: others.filter((plan) => !moving.has(plan)) },
    ...[...waves].sort(([a], [b]) => a - b).map(([wave, members]) => ({ wave, plans: members })),
    ...(deletions.length > 0 ? [{ wave: DELETIONS, plans: deletions }] : []),
  ]
}

function waveOfWrite(plan: Write, { member, readiness }: BatchContext): number {
  if (plan.action === 'delete') return waveOf(plan.live)
  return waveNow(member?.name ?? '', { key: plan.key, object: plan.desired }, readiness)
}
