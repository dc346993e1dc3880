import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { isLeaf } from '../merge/fields-v1.ts'

/** An entry of metadata.managedFields (meta/v1, ManagedFieldsEntry). */
export interface ManagedFields {
  readonly manager: string
  /** `Apply` (server-side apply) or `Update`. */
  readonly operation: string
  /** Such as `scale`; '' where the object itself was written. */
  readonly subresource: string
  /** When the manager last changed which fields it owns, RFC 3339. */
  readonly time: string
  /** FieldsV1, not empty. */
  readonly fields: JsonObject
}

/** Whether an object has all its managedFields: the cache keeps only those of the subresource scale. */
export function showsOwners({ metadata }: KubernetesObject): boolean {
  return metadata.managedFields?.some(({ subresource }) => subresource !== 'scale') ?? false
}

/** Managers and their fields, in the object's order, without status. */
export function managedFieldsOf({ metadata }: KubernetesObject): readonly ManagedFields[] {
  return (metadata.managedFields ?? []).flatMap((entry) => {
    const { manager, operation = '', subresource = '', time = '', fieldsV1: fields } = entry
    if (subresource === 'status' || typeof manager !== 'string') return []
    if (!isJsonObject(fields) || isLeaf(fields)) return []
    return [
      { manager, operation: String(operation), subresource: String(subresource), time: String(time), fields },
    ]
  })
}
