import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { idOf, keyOf } from '../../../model/object.ts'
import type { CopyPlan } from './plan-copies.ts'

/**
 * Whether something outside the copy may refer to an object by its name, such as a Job or an Ingress: then the object
 * stays under that name as well.
 */
export function isMentioned(
  { object }: DeclaredObject,
  all: readonly DeclaredObject[],
  { workloads }: Pick<CopyPlan, 'workloads'>,
): boolean {
  const { name } = object.metadata
  return all.some(
    (each) =>
      each.object !== object &&
      !workloads.has(idOf(keyOf(each.object))) &&
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
