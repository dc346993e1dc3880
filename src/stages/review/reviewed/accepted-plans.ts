import type { VouchedCommit } from '../../../model/snapshot.ts'
import { looseningTrailers } from '../../plan/loosening-trailers.ts'

/** Digests that trailers `Reeve-Accept-Plan: <digest>, <digest>` of commits name. */
export function acceptedPlans(
  commits: readonly Pick<VouchedCommit, 'message' | 'isVouched'>[],
): ReadonlySet<string> {
  const values = commits.flatMap((commit) => looseningTrailers(commit, 'Reeve-Accept-Plan'))
  return new Set(
    values
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter(Boolean),
  )
}
