import { keyOf, type LiveObject } from '../../model/object.ts'
import { waveOf } from '../../model/wave.ts'
import { isContainer, isInside } from '../../stages/plan/is-inside.ts'
import { removalRank, removalStageOf } from '../../stages/plan/order.ts'

/** Place of an object in the order of its installation's deletions. */
export interface Place {
  readonly wave: number
  readonly rank: number
}

/** Place of admission webhooks and policies: before all others, whose deletion they may refuse. */
export const FIRST: Place = { wave: Number.POSITIVE_INFINITY, rank: 0 }

/** Place of Reeve's own documents: they tell of the others until these are gone. */
export const LAST: Place = { wave: Number.NEGATIVE_INFINITY, rank: 0 }

/**
 * Places of the objects that leave an installation: waves from the highest to the lowest and, within a wave,
 * kinds in the order of their deletion. What contains others comes after them, whatever its wave.
 */
export function placesOf(leaving: readonly LiveObject[]): ReadonlyMap<LiveObject, Place> {
  return new Map(
    leaving.map((live) => {
      const stage = removalStageOf(keyOf(live))
      if (stage === 'admission') return [live, FIRST]
      if (stage === 'own documents') return [live, LAST]
      const inside = isContainer(live) ? leaving.filter((other) => isInside(other, live)) : []
      const wave = Math.min(waveOf(live), ...inside.map(waveOf))
      return [live, { wave, rank: removalRank(keyOf(live)) }]
    }),
  )
}

/** Negative if objects at the first place go before those at the second. */
export function comparePlaces(one: Place, other: Place): number {
  return other.wave - one.wave || one.rank - other.rank
}
