import { type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationState, InstallationStatus } from '../../model/status.ts'

/** In these states not all is done; an earlier record may lack the revision at which it was. */
const OPEN_STATES: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'waiting', 'deleting'])

/** Whether all of an installation was as Git declared it where it is made of what it is made of now. */
export function isSyncedAt(source: string, record: InstallationStatus | undefined): boolean {
  if (record === undefined || record.source !== source || record.applied !== undefined) return false
  return record.done === undefined && lastSyncedRevision(record) !== undefined
}

/** The latest revision at which all of an installation was as Git declared it; undefined where nobody knows. */
export function lastSyncedRevision(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.done !== undefined) return record?.done
  return OPEN_STATES.has(record.state) ? undefined : revisionAt(record.commit)
}
