import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { PatchOperation, PatchPlan } from '../../model/plan.ts'
import { unescapeToken } from '../merge/pointer.ts'
import { own } from '../schema/raw-schema.ts'

/** The object as the patch asks for it, before the server normalises it. */
export function patchedObject(plan: PatchPlan): KubernetesObject {
  return plan.patch.reduce(applyOperation, plan.live as JsonObject) as KubernetesObject
}

/**
 * The document with one operation of a plan applied. The one given stays as it is, all that did not
 * change is shared with it, and a name such as `__proto__` is a name like any other.
 */
export function applyOperation(document: JsonObject, operation: PatchOperation): JsonObject {
  if (operation.op === 'test') return document
  const changed = changedAt(document, tokensOf(operation.path), operation)
  return isJsonObject(changed) ? changed : document
}

/** The names on the way from the root (RFC 6901). */
export function tokensOf(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(unescapeToken)
}

function changedAt(value: JsonValue, tokens: readonly string[], operation: PatchOperation): JsonValue {
  const [token, ...rest] = tokens
  if (token === undefined) return value
  if (isJsonArray(value)) return changedList(value, token, rest, operation)
  return isJsonObject(value) ? changedObject(value, token, rest, operation) : value
}

function changedList(
  list: readonly JsonValue[],
  token: string,
  rest: readonly string[],
  operation: PatchOperation,
): JsonValue {
  const index = token === '-' ? list.length : Number(token)
  if (rest.length > 0) {
    return list.map((element, at) => (at === index ? changedAt(element, rest, operation) : element))
  }
  if (operation.op === 'remove') return list.toSpliced(index, 1)
  return list.toSpliced(index, operation.op === 'add' ? 0 : 1, operation.value)
}

function changedObject(
  object: JsonObject,
  token: string,
  rest: readonly string[],
  operation: PatchOperation,
): JsonValue {
  const copy: Record<string, JsonValue> = Object.assign(Object.create(null), object)
  if (rest.length > 0) copy[token] = changedAt(copy[token] ?? null, rest, operation)
  else if (operation.op === 'remove') delete copy[token]
  else copy[token] = operation.value
  return copy
}

/** The value at reference tokens; undefined where there is none. */
export function valueAt(root: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root
  for (const token of tokens) {
    if (isJsonArray(value)) value = value[Number(token)]
    else if (isJsonObject(value)) value = own(value, token)
    else return undefined
  }
  return value
}
