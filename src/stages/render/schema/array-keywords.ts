import { isJsonArray, type JsonValue } from '../../../model/json.ts'
import { canonicalJson } from './canonical-json.ts'
import { type Keyword, type Misfit, misfit, type Visit } from './evaluation.ts'
import type { SchemaNode } from './read-schema.ts'

/** Keywords for lists. */
export const arrayKeywords: readonly Keyword[] = [itemCount, contains, items, uniqueItems]

function itemsOf({ value }: Visit): readonly JsonValue[] {
  return isJsonArray(value) ? value : []
}

function itemCount(visit: Visit): readonly Misfit[] {
  const { minItems, maxItems } = visit.node
  const { length } = itemsOf(visit)
  return [
    ...(typeof maxItems === 'number' && length > maxItems
      ? misfit(visit, `has ${length} items; expected at most ${maxItems}`)
      : []),
    ...(typeof minItems === 'number' && length < minItems
      ? misfit(visit, `has ${length} items; expected at least ${minItems}`)
      : []),
  ]
}

/** Evaluates each item by the node of its index, or by the node for the remaining items. */
function items(visit: Visit): readonly Misfit[] {
  const { prefixItems, items: nodes, additionalItems, unevaluatedItems } = visit.node
  const first = isJsonArray(prefixItems) ? prefixItems : isJsonArray(nodes) ? nodes : []
  const rest = isJsonArray(nodes) ? additionalItems : nodes
  return itemsOf(visit).flatMap((item, index) => {
    const isEvaluated = index < first.length || rest !== undefined || visit.evaluated.has(String(index))
    const node = first[index] ?? rest ?? (isEvaluated ? undefined : unevaluatedItems)
    if (node === undefined) return []
    visit.evaluated.add(String(index))
    return visit.evaluation.part(visit, String(index), item, node as SchemaNode)
  })
}

function contains(visit: Visit): readonly Misfit[] {
  const { contains: node, minContains, maxContains } = visit.node
  if (node === undefined) return []
  const fitting = itemsOf(visit).flatMap((item, index) =>
    visit.evaluation.part(visit, String(index), item, node as SchemaNode).length === 0 ? [String(index)] : [],
  )
  for (const index of fitting) visit.evaluated.add(index)
  const { length } = fitting
  const least = typeof minContains === 'number' ? minContains : 1
  if (length < least)
    return misfit(
      visit,
      minContains === undefined
        ? 'has no item that fits the schema ("contains")'
        : `has ${length} items that fit the schema ("contains"); expected at least ${least}`,
    )
  if (typeof maxContains === 'number' && length > maxContains)
    return misfit(
      visit,
      `has ${length} items that fit the schema ("contains"); expected at most ${maxContains}`,
    )
  return []
}

function uniqueItems(visit: Visit): readonly Misfit[] {
  if (visit.node.uniqueItems !== true) return []
  const first = new Map<string, number>()
  for (const [index, item] of itemsOf(visit).entries()) {
    const text = canonicalJson(item, (units) => visit.evaluation.charge(visit, units))
    const before = first.get(text)
    if (before !== undefined) return misfit(visit, `has the same item at ${before} and ${index}`)
    first.set(text, index)
  }
  return []
}
