import type { LiveObject } from '../model/object.ts'

/** The object without what takes most room and is needed least: metadata.managedFields. */
export function slim(object: LiveObject): LiveObject {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _left, ...metadata } = object.metadata
  return { ...object, metadata }
}
