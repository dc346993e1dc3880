import type { VouchedCommit } from '../../model/snapshot.ts'
import { looseningTrailers } from './loosening-trailers.ts'

/** Deletions that trailers of a commit allow: names of installations, or `*` for all. */
export type AllowedDeletions = ReadonlySet<string>

/** Reads the trailers `Reeve-Allow-Deletion: acme, eu/beta` of a commit. */
export function allowedDeletions(commit: Pick<VouchedCommit, 'message' | 'isVouched'>): AllowedDeletions {
  const values = looseningTrailers(commit, 'Reeve-Allow-Deletion').flatMap((value) => value.split(','))
  return new Set(values.map((value) => value.trim()).filter((value) => value !== ''))
}
