import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../model/plan.ts'
import type { Outcome } from '../model/status.ts'

export type Write = CreatePlan | PatchPlan | DeletePlan

export interface Waves {
  /** Carries out plans, in the order of their stages. */
  readonly apply: (plans: readonly ObjectPlan[]) => Promise<readonly Outcome[]>
  readonly waveOf: (plan: Write) => number
  /** What keeps the objects of a wave from following a commit now; undefined where they may. */
  readonly waitsFor: (wave: number) => string | undefined
  /** Whether a write only puts back what was there: that never waits. */
  readonly isHealing: (plan: ObjectPlan) => boolean
}

/**
 * Carries out an installation's plans wave by wave. What waits is left for a later round, with the
 * reason; so are deletions as long as anything waits, for what is still to be replaced may need what
 * is to go. They go from the highest wave to the lowest.
 */
export async function applyInWaves(plans: readonly ObjectPlan[], waves: Waves): Promise<readonly Outcome[]> {
  const advances = plans.filter(isAdvance).filter((plan) => !waves.isHealing(plan))
  const deletions = plans.filter(isDeletion)
  const moving = new Set<ObjectPlan>([...advances, ...deletions])
  const outcomes = [...(await waves.apply(plans.filter((plan) => !moving.has(plan))))]
  let reason: string | undefined
  for (const [wave, members] of byWave(advances, waves)) {
    reason ??= waves.waitsFor(wave)
    outcomes.push(...(reason === undefined ? await waves.apply(members) : wait(members, reason)))
  }
  if (deletions.length > 0) reason ??= waves.waitsFor(Number.NEGATIVE_INFINITY)
  if (reason !== undefined) return [...outcomes, ...wait(deletions, reason)]
  for (const [, members] of byWave(deletions, waves).reverse()) outcomes.push(...(await waves.apply(members)))
  return outcomes
}

function isAdvance(plan: ObjectPlan): plan is CreatePlan | PatchPlan {
  return plan.action === 'create' || plan.action === 'patch'
}

function isDeletion(plan: ObjectPlan): plan is DeletePlan {
  return plan.action === 'delete'
}

/** From the lowest wave to the highest. */
function byWave<T extends Write>(plans: readonly T[], { waveOf }: Waves): [number, T[]][] {
  return [...Map.groupBy(plans, waveOf)].sort(([a], [b]) => a - b)
}

function wait(plans: readonly ObjectPlan[], reason: string): readonly Outcome[] {
  return plans.map(({ key }) => ({ result: 'waiting', key, reason }))
}
