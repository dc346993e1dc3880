import type { Revision } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { recordedRevision } from './recorded-revision.ts'

/**
 * The revision that the record says the installation is held at, else the one that it was brought to, unless it
 * has faults.
 */
export function lastGoodRevision(record: InstallationStatus | undefined): Revision | undefined {
  if (record === undefined || record.applied !== undefined) return record?.applied
  return record.state === 'invalid' ? undefined : recordedRevision(record)
}
