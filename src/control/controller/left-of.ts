import { keepMarkOf } from '../../model/keep-mark.ts'
import { describeKey, keyOf } from '../../model/object.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import type { Proofs } from '../gates/proofs.ts'
import { isGoing, ownedBy } from '../planner/owned.ts'

/** What stays of an installation that is gone, and why, one line each. @param id value of its label */
export function leftOf(
  id: string,
  cache: Pick<LiveCache, 'byInstallation'>,
  proofs: Pick<Proofs, 'of'>,
): readonly string[] {
  return ownedBy(id, cache)
    .filter((live) => !isGoing(live, proofs))
    .map((live) => {
      const why = keepMarkOf(live) ?? 'nothing proves that Reeve made it'
      return `${describeKey(keyOf(live))}: ${why}`
    })
    .sort()
}
