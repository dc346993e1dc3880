import type { LiveObject } from '../../model/object.ts'

/**
 * The object without what takes most room and is needed least: metadata.managedFields. Who set the
 * replicas through the subresource scale is kept: that is little, and few objects have it.
 */
export function slim(object: LiveObject): LiveObject {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: all, ...metadata } = object.metadata
  const managedFields = all.filter(({ subresource }) => subresource === 'scale')
  return { ...object, metadata: managedFields.length > 0 ? { ...metadata, managedFields } : metadata }
}
