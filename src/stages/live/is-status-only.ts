import { isDeepStrictEqual } from 'node:util'
import type { LiveObject, ObjectMeta } from '../../model/object.ts'

/**
 * Whether only the status changed: the generation, which counts changes of the desired state, and all
 * metadata that can be declared stayed the same. Always false for kinds without a generation.
 */
export function isStatusOnly(before: LiveObject | undefined, after: LiveObject): boolean {
  if (before?.metadata.generation === undefined) return false
  return isDeepStrictEqual(declarable(before.metadata), declarable(after.metadata))
}

function declarable({ resourceVersion, managedFields, ...metadata }: ObjectMeta): Partial<ObjectMeta> {
  return metadata
}
