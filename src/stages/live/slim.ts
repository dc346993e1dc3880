import type { LiveObject } from '../../model/object.ts'

/**
 * Drops metadata.managedFields, which take most room and are needed least. The entries of the subresource
 * scale stay: they say who set the replicas, are small, and few objects have them.
 */
export function slim(object: LiveObject): LiveObject {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: all, ...metadata } = object.metadata
  const managedFields = all.filter(({ subresource }) => subresource === 'scale')
  return { ...object, metadata: managedFields.length > 0 ? { ...metadata, managedFields } : metadata }
}
