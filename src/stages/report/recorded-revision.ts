import { mixedRevision, type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'

/** The revision that an installation was brought to, as its record says. */
export function recordedRevision({
  commit,
  inherits,
}: Pick<InstallationStatus, 'commit' | 'inherits'>): Revision {
  return inherits ? mixedRevision(commit, inherits.commit, inherits.innermost) : revisionAt(commit)
}
