import type { InstallationStatus } from '../model/status.ts'

/** The commit that an installation is held at where it has faults: the record's, unless that is one with faults. */
export function lastGoodCommit(record: InstallationStatus | undefined): string | undefined {
  return record?.applied ?? (record?.state === 'invalid' ? undefined : record?.commit)
}
