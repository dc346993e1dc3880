import { fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { Fleet } from './fleet.ts'

/**
 * Installations of a commit. One whose group is gone, and that is in no other, has a fault: its inherited
 * settings would change without being declared.
 *
 * @param record reads an installation's record on the status branch
 */
export function withLostGroups(
  { installations, tree }: Fleet,
  record: (name: string) => InstallationStatus | undefined,
): readonly Installation[] {
  return [...installations.values()].map((installation) => {
    const lost = record(installation.name)?.group
    if (lost === undefined || installation.groups || installation.isUngrouped) return installation
    if (tree.groups.has(lost)) return installation
    const { objects } = installation
    const place = objects[0]?.origin
    const found = fault('group-has-members', lost, {
      ...(place && { location: { file: place.file, line: place.line } }),
    })
    return { ...installation, faults: [...installation.faults, found] }
  })
}
