import { type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'

/** The revision that an installation was brought to, as its record says. */
export function recordedRevision({
  commit,
  inherits,
}: Pick<InstallationStatus, 'commit' | 'inherits'>): Revision {
  if (inherits === undefined || inherits.commit === commit) return revisionAt(commit)
  return { own: commit, inherited: inherits.commit, group: inherits.innermost }
}
