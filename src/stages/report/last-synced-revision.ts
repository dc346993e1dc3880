import type { PastRelease } from '../../model/release.ts'
import type { Revision } from '../../model/revision.ts'
import type { InstallationState, InstallationStatus } from '../../model/status.ts'
import { recordedRevision } from './recorded-revision.ts'

/** States in which a sync is incomplete; an earlier record may lack the revision of the last complete one. */
const OPEN_STATES: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'waiting', 'deleting'])

/** Whether all of an installation was as declared for its current source. */
export function isSyncedAt(source: string, record: InstallationStatus | undefined): boolean {
  if (record === undefined || record.source !== source || record.applied !== undefined) return false
  return record.done === undefined && lastSyncedRevision(record) !== undefined
}

/** What a record says of the release of its installation. */
export function pastReleaseIn(record: InstallationStatus | undefined): PastRelease | undefined {
  if (record === undefined) return undefined
  return { release: record.release, isInstalled: lastSyncedRevision(record) !== undefined }
}

/** The latest revision at which all of an installation was as declared; undefined where unknown. */
export function lastSyncedRevision(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.done !== undefined) return record?.done
  return OPEN_STATES.has(record.state) ? undefined : recordedRevision(record)
}
