import { isJsonArray, type JsonValue } from '../../model/json.ts'
import { valueAt } from '../../model/json-pointer.ts'
import { isObjectId } from '../git/object-id.ts'
import { forgeFault } from './forge-fault.ts'

/** Names of fields from the root of an answer. */
export type FieldPath = readonly string[]

/** The value at a path; undefined where there is none, or null. */
export function fieldAt(answer: unknown, path: FieldPath): JsonValue | undefined {
  return valueAt(answer as JsonValue | undefined, path) ?? undefined
}

/** The text at a path; undefined where there is none. */
export function textAt(answer: unknown, path: FieldPath): string | undefined {
  const value = fieldAt(answer, path)
  return typeof value === 'string' ? value : undefined
}

/** @throws FaultError forge-unreachable without a text there */
export function needText(answer: unknown, path: FieldPath): string {
  return textAt(answer, path) ?? nonsense(path)
}

/** @throws FaultError forge-unreachable without a positive integer there */
export function needId(answer: unknown, path: FieldPath): number {
  const value = fieldAt(answer, path)
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : nonsense(path)
}

/** @throws FaultError forge-unreachable without the full id of a commit there */
export function needCommit(answer: unknown, path: FieldPath): string {
  const value = textAt(answer, path) ?? ''
  return isObjectId(value) ? value : nonsense(path)
}

/** @throws FaultError forge-unreachable without a list there */
export function needList(answer: unknown, path: FieldPath = []): readonly JsonValue[] {
  const value = fieldAt(answer, path)
  return isJsonArray(value) ? value : nonsense(path)
}

/** The URL at a path, where people can open it; else another one. */
export function pageAt(answer: unknown, path: FieldPath, otherwise: string): string {
  const url = URL.parse(textAt(answer, path) ?? '')
  return url && /^https?:$/.test(url.protocol) && url.username + url.password === '' ? url.href : otherwise
}

function nonsense(path: FieldPath): never {
  throw forgeFault('forge-unreachable', `an answer has no valid ${path.join('.') || 'list'}`)
}
