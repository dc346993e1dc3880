import { isDeepStrictEqual } from 'node:util'
import type { LiveObject, ObjectMeta } from '../../model/object.ts'

/**
 * Whether a change is one of status alone: the generation, which counts changes of what is desired,
 * stayed, and so did all metadata that somebody could declare. Kinds without a generation never say.
 */
export function isStatusOnly(before: LiveObject | undefined, after: LiveObject): boolean {
  if (before?.metadata.generation === undefined) return false
  return isDeepStrictEqual(declarable(before.metadata), declarable(after.metadata))
}

function declarable({ resourceVersion, managedFields, ...metadata }: ObjectMeta): Partial<ObjectMeta> {
  return metadata
}
