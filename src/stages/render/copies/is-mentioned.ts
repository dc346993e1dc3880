import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { idOf, keyOf, type ObjectId } from '../../../model/object.ts'
import type { CopyPlan } from './plan-copies.ts'

/**
 * Whether something outside the copy may refer to an object by its name, such as a Job or an Ingress: then the object
 * stays under that name as well.
 */
export function isMentioned(
  { object }: DeclaredObject,
  all: readonly DeclaredObject[],
  { workloads, companions, switched }: Pick<CopyPlan, 'workloads' | 'companions' | 'switched'>,
): boolean {
  const { name } = object.metadata
  const isOfCopy = (id: ObjectId) => workloads.has(id) || companions.has(id) || switched.has(id)
  return all.some(
    (each) =>
      each.object !== object &&
      !isOfCopy(idOf(keyOf(each.object))) &&
      Object.entries(each.object as JsonObject).some(
        ([key, value]) => key !== 'metadata' && says(value, name),
      ),
  )
}

function says(value: JsonValue, name: string): boolean {
  if (isJsonArray(value)) return value.some((item) => says(item, name))
  if (isJsonObject(value)) return Object.values(value).some((item) => says(item, name))
  return value === name
}
