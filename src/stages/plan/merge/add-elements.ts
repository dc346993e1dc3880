import type { JsonValue } from '../../../model/json.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey } from '../schema/list-index.ts'
import { overlay, type Walk } from './walk.ts'

type List = readonly JsonValue[]

/**
 * Adds the declared elements that the live list lacks: each after the one that precedes it in Git, the first
 * before the next one that exists. `gone` are indices that were just removed.
 */
export function addElements(
  walk: Walk,
  declared: List,
  live: List,
  schema: MergeSchema,
  gone: ReadonlySet<number>,
): void {
  const keysOf = (list: List): readonly string[] =>
    list.map((element) => elementKey(element, schema.list) ?? '')
  const order = keysOf(live).filter((_key, index) => !gone.has(index))
  const wanted = keysOf(declared)
  const present = new Set(order)
  declared.forEach((element, position) => {
    const key = wanted[position] ?? ''
    if (present.has(key)) return
    const index = placeOf(position, wanted, order)
    walk.path.push({ index: index === order.length ? '-' : index, element, list: schema.list })
    const before = walk.changes.length
    overlay(walk, element, undefined)
    walk.path.pop()
    if (walk.changes.length === before) return
    order.splice(index, 0, key)
    present.add(key)
  })
}

function placeOf(position: number, wanted: readonly string[], order: readonly string[]): number {
  for (let previous = position - 1; previous >= 0; previous -= 1) {
    const index = order.indexOf(wanted[previous] ?? '')
    if (index >= 0) return index + 1
  }
  const next = wanted.slice(position + 1).find((key) => order.includes(key))
  return next === undefined ? order.length : order.indexOf(next)
}
