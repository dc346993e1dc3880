import { printableYaml } from '../../model/printable-yaml.ts'
import { revisionDocument } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'

/** The record of an installation as YAML. */
export function statusRecord(cluster: string, { name, ...status }: InstallationStatus): string {
  const { applied, done, deletion } = status
  const record = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationStatus',
    metadata: { name },
    cluster,
    ...status,
    ...(applied && { applied: revisionDocument(applied) }),
    ...(done && { done: revisionDocument(done) }),
    ...(deletion && { deletion: { ...deletion, revision: revisionDocument(deletion.revision) } }),
  }
  return printableYaml(record, { noRefs: true, lineWidth: -1 })
}
