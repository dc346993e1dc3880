import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Outcome } from '../../model/status.ts'
import type { Sorted } from './held-deletion.ts'

export type Write = CreatePlan | PatchPlan | DeletePlan

export interface Waves {
  /** Carries out plans, in the order of their stages. */
  readonly apply: (plans: readonly ObjectPlan[]) => Promise<readonly Outcome[]>
  readonly waveOf: (plan: Write) => number
  /** What keeps the objects of a wave from following a commit now; undefined where they may. */
  readonly waitsFor: (wave: number) => string | undefined
  /** Whether a write only puts back what was there: that never waits. */
  readonly isHealing: (plan: ObjectPlan) => boolean
  /** Which deletions may go, given what became of the writes before them. */
  readonly hold: (deletions: readonly DeletePlan[], outcomes: readonly Outcome[]) => Promise<Sorted>
  /** Told of refused objects that may be applied now that others are gone. */
  readonly onFreed: (keys: Sorted['freed']) => void
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
  return deletions.length === 0
    ? outcomes
    : [...outcomes, ...(await applyDeletions(deletions, outcomes, waves))]
}

/** Deletions are the last thing that is done, from the highest wave to the lowest. */
export async function applyDeletions(
  deletions: readonly DeletePlan[],
  before: readonly Outcome[],
  waves: Pick<Waves, 'apply' | 'waveOf' | 'hold' | 'onFreed'>,
): Promise<readonly Outcome[]> {
  const { going, held, freed } = await waves.hold(deletions, before)
  const outcomes: Outcome[] = held.map(({ plan: { key }, unresolved, on }) => ({
    result: 'waiting',
    key,
    reason: `${unresolved} to be applied, which may replace what goes`,
    on,
  }))
  for (const [, members] of byWave(going, waves).reverse()) outcomes.push(...(await waves.apply(members)))
  if (freed.length > 0) waves.onFreed(freed)
  return outcomes
}

function isAdvance(plan: ObjectPlan): plan is CreatePlan | PatchPlan {
  return plan.action === 'create' || plan.action === 'patch'
}

export function isDeletion(plan: ObjectPlan): plan is DeletePlan {
  return plan.action === 'delete'
}

/** From the lowest wave to the highest. */
function byWave<T extends Write>(plans: readonly T[], { waveOf }: Pick<Waves, 'waveOf'>): [number, T[]][] {
  return [...Map.groupBy(plans, waveOf)].sort(([a], [b]) => a - b)
}

function wait(plans: readonly ObjectPlan[], reason: string): readonly Outcome[] {
  return plans.map(({ key }) => ({ result: 'waiting', key, reason }))
}
