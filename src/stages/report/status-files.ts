import { dump } from 'js-yaml'
import { revisionDocument } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { statusPath } from './status-path.ts'
import { statusTable } from './status-table.ts'

/**
 * The files of a status branch: `README.md`, a table for people, and `installations/<name>.yaml`, the record
 * for programs. The same statuses always produce the same bytes.
 *
 * @param records results of statusRecord, by name
 */
export function statusFiles(
  cluster: string,
  statuses: readonly InstallationStatus[],
  records: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const sorted = [...statuses].sort((a, b) => (a.name < b.name ? -1 : 1))
  return new Map([
    ['README.md', statusTable(cluster, sorted)],
    ...sorted.map(({ name }): [string, string] => [statusPath(name), records.get(name) ?? '']),
  ])
}

export function statusRecord(cluster: string, { name, ...status }: InstallationStatus): string {
  const { applied, done } = status
  const record = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationStatus',
    metadata: { name },
    cluster,
    ...status,
    ...(applied && { applied: revisionDocument(applied) }),
    ...(done && { done: revisionDocument(done) }),
  }
  return dump(record, { noRefs: true, lineWidth: -1 })
}
