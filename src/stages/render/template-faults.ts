import type { Fault } from '../../model/fault.ts'
import { belowRoot } from '../../model/snapshot.ts'
import type { Template } from '../../model/template.ts'

/** Why a template cannot be rendered, by paths below the Repository's path as everywhere in its documents. */
export function templateFaults({ faults, root }: Pick<Template, 'faults' | 'root'>): readonly Fault[] {
  return faults.map(({ location, ...found }) => ({
    ...found,
    ...(location && { location: { ...location, file: belowRoot(location.file, root) ?? location.file } }),
  }))
}
