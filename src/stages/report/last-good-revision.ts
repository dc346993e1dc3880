import { type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'

/**
 * The revision that the record says the installation is held at, else the record's commit, unless it has
 * faults.
 */
export function lastGoodRevision(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.applied !== undefined) return record?.applied
  return record.state === 'invalid' ? undefined : revisionAt(record.commit)
}
