import type { JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import type { ListMerge } from '../../../model/schema.ts'
import { keyValue } from '../schema/list-index.ts'

/** One step into a value: a field's name, or an element of a list. */
export type Step = string | ElementStep

export interface ElementStep {
  /** Index of the element in the live list; '-' is the end. */
  readonly index: number | '-'
  readonly element: JsonValue
  readonly list: ListMerge
}

/** The pointer sent to the API server: elements by their index. */
export function wirePointer(path: readonly Step[]): string {
  return path.map((step) => `/${typeof step === 'string' ? escapeToken(step) : step.index}`).join('')
}

/**
 * A pointer independent of list order: elements by their keys, such as `/spec/containers/[name=app]/image`
 * or, in a set, `/metadata/finalizers/[=example.com~1keep]`.
 */
export function stablePointer(path: readonly Step[]): string {
  return path.map((step) => `/${escapeToken(typeof step === 'string' ? step : selector(step))}`).join('')
}

function selector({ index, element, list }: ElementStep): string {
  if (list.type === 'atomic') return String(index)
  if (list.type === 'set') return `[=${String(element)}]`
  return `[${list.keys.map((key) => `${key.name}=${String(keyValue(element, key) ?? '')}`).join(',')}]`
}
