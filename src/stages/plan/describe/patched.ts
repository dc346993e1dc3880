import jsonPatch from 'fast-json-patch'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { PatchOperation, PatchPlan } from '../../../model/plan.ts'
import { unescapeToken } from '../merge/pointer.ts'
import { own } from '../schema/raw-schema.ts'

/** The object as the patch asks for it, before the server normalises it. */
export function patchedObject(plan: PatchPlan): KubernetesObject {
  return plan.patch.reduce(applyOperation, plan.live as JsonObject) as KubernetesObject
}

/**
 * The document with one operation of a plan applied; the one given stays as it is. An operation on
 * `__proto__` or `constructor`, which the library refuses, changes nothing here.
 */
export function applyOperation(document: JsonObject, operation: PatchOperation): JsonObject {
  if (operation.op === 'test' || tokensOf(operation.path).some(isReserved)) return document
  return jsonPatch.applyOperation(document, operation, false, false).newDocument
}

function isReserved(token: string): boolean {
  return token === '__proto__' || token === 'constructor' || token === 'prototype'
}

/** The names on the way from the root (RFC 6901). */
export function tokensOf(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(unescapeToken)
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
