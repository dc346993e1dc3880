import jsonPatch from 'fast-json-patch'
import type { JsonObject } from '../../../model/json.ts'
import { tokensOf } from '../../../model/json-pointer.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { PatchOperation, PatchPlan } from '../../../model/plan.ts'

/** The object that the patch produces, before the server normalises it. */
export function patchedObject(plan: PatchPlan): KubernetesObject {
  return plan.patch.reduce(applyOperation, plan.live as JsonObject) as KubernetesObject
}

/**
 * The document with one operation of a plan applied; the original stays unchanged. An operation on
 * `__proto__` or `constructor`, which the library refuses, has no effect here.
 */
export function applyOperation(document: JsonObject, operation: PatchOperation): JsonObject {
  if (operation.op === 'test' || tokensOf(operation.path).some(isReserved)) return document
  return jsonPatch.applyOperation(document, operation, false, false).newDocument
}

function isReserved(token: string): boolean {
  return token === '__proto__' || token === 'constructor' || token === 'prototype'
}
