import { describeKey, keyOf, type LiveObject } from '../../../model/object.ts'
import type { Change } from '../../../model/status.ts'

/** What others changed in the specification of one of Reeve's own objects, and Reeve put back. */
export function refusedFields(changes: readonly Change[], live: LiveObject): readonly string[] {
  const object = describeKey(keyOf(live))
  const refused = changes.filter((change) => change.reason === 'drift' && change.object === object)
  return [...new Set(refused.flatMap(({ fields = [] }) => fields))]
}

/** Says what was changed and put back, and what can be changed instead. */
export function describeRefusal(fields: readonly string[], { kind }: LiveObject): string {
  const exception = kind === 'Installation' ? '; in the cluster, only spec.suspended can be set' : ''
  return `${fields.join(', ')} changed in the cluster and put back: Git decides what this object says${exception}`
}
