import { type Revision, revisionAt } from '../model/revision.ts'
import type { InstallationState, InstallationStatus } from '../model/status.ts'

/** In these states not all is done; an earlier record may lack the revision at which it was. */
const OPEN_STATES: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'waiting', 'deleting'])

/** The latest revision at which all of an installation was as Git declared it; undefined where nobody knows. */
export function doneBy(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.done !== undefined) return record?.done
  return OPEN_STATES.has(record.state) ? undefined : revisionAt(record.commit)
}
