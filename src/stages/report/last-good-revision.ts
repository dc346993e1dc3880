import { type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'

/** What the record says that an installation is held at, or else the record's commit, unless that is one with faults. */
export function lastGoodRevision(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.applied !== undefined) return record?.applied
  return record.state === 'invalid' ? undefined : revisionAt(record.commit)
}
