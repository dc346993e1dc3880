import jsonPatch from 'fast-json-patch'
import { type JsonObject, readJson, writeJson } from '../../../model/json.ts'
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
  const copy = readJson(writeJson(document)) as JsonObject // the library's own copy would have no bigint
  return jsonPatch.applyOperation(copy, operation).newDocument
}

function isReserved(token: string): boolean {
  return token === '__proto__' || token === 'constructor' || token === 'prototype'
}
