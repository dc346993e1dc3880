import type { Sealer } from '../../plan/sealer.ts'
import type { ClusterReview, Transition } from '../cluster-review.ts'
import { isMerged, isPlanned } from './sealed-merge.ts'

/** A transition that Reeve itself planned. */
export interface SealedTransition {
  /** Name of the change. */
  readonly change: string
  readonly transition: Transition
  /** Full id of the commit of the target that has the change; absent: it is not merged. */
  readonly merged?: string
}

export interface SealedTransitionsOptions {
  readonly sealer: Pick<Sealer, 'digest' | 'isDigest'>
  /** Name of the Repository. */
  readonly repository: string
}

/**
 * What reviews let happen, by name of the installation; without what others wrote to the branch that they are from.
 * @param reviews by name of the change
 */
export function sealedTransitions(
  reviews: ReadonlyMap<string, ClusterReview>,
  { sealer, repository }: SealedTransitionsOptions,
): ReadonlyMap<string, readonly SealedTransition[]> {
  const found = new Map<string, SealedTransition[]>()
  for (const [change, review] of reviews) {
    const options = { sealer, repository, change }
    const merge = isMerged(review, options) && review.merged ? { merged: review.merged.commit } : undefined
    if (merge === undefined && !isPlanned(review, options)) continue
    for (const transition of review.allows?.transitions ?? []) {
      const all = found.get(transition.name) ?? []
      found.set(transition.name, [...all, { change, transition, ...merge }])
    }
  }
  return found
}
