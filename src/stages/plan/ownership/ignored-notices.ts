import type { DeclaredObject } from '../../../model/installation.ts'
import type { JsonObject } from '../../../model/json.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import { describeKey, type KubernetesObject, keyOf } from '../../../model/object.ts'
import { humanPointer } from '../describe/human-path.ts'
import { type FieldPattern, valuesAt } from '../merge/field-pattern.ts'
import { controlledFields } from './controlled-fields.ts'

/** One notice for each object of which Git declares fields that do not count. */
export function ignoredNotices(objects: readonly DeclaredObject[]): readonly Notice[] {
  const controlled = controlledFields()
  return objects.flatMap((declared) => {
    const { object, origin, exported = [] } = declared
    const fields = controlled(declared).fields.filter((field) => isIgnored(field, object))
    const ignored = [...exported, ...fields.map(({ pointer }) => humanPointer(pointer))]
    if (ignored.length === 0) return []
    const { file, line } = origin
    const details = `${describeKey(keyOf(object))}: ${ignored.join(', ')}`
    return [notice('ignored-fields', details, { location: { file, line } })]
  })
}

/** A field that counts when the object is created is not ignored: a restored claim needs its volumeName. */
function isIgnored({ steps, isInitial = false }: FieldPattern, object: KubernetesObject): boolean {
  return !isInitial && valuesAt(object as JsonObject, steps).some((value) => !isEmpty(value))
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
  )
}
