import { describeKey, type ObjectKey } from '../../../model/object.ts'
import type { Fear, SharedFear } from '../cluster-review.ts'
import { severityOf } from './fears.ts'

/** Fears of one object of an installation. */
export interface ObjectFears {
  readonly installation: string
  readonly key: ObjectKey
  readonly fears: readonly Fear[]
}

/** Fears of many installations, each once whatever the namespace of its object; worst first. */
export function sharedFears(found: Iterable<ObjectFears>): readonly SharedFear[] {
  const shared = new Map<string, { readonly fear: Fear; readonly names: Set<string> }>()
  for (const { installation, key, fears } of found)
    for (const fear of fears) {
      const object = fear.object === undefined ? '' : describeKey({ ...key, namespace: '' })
      const id = JSON.stringify([fear.kind, object, fear.details])
      const known = shared.get(id) ?? { fear, names: new Set() }
      shared.set(id, known)
      known.names.add(installation)
    }
  return [...shared.values()]
    .map(({ fear, names }) => ({ ...fear, installations: [...names].sort() }))
    .sort((one, other) => severityOf(one) - severityOf(other))
}
