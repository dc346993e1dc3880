import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../model/json.ts'
import type { ListMerge } from '../../../model/schema.ts'
import { keyValue } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import type { Step } from './pointer.ts'

/**
 * What managers own at one place, a node of FieldsV1 for each (meta/v1, FieldsV1): `f:<name>` a field,
 * `k:<keys>` an element of a map list, `v:<value>` one of a set, `.` the place itself, {} all of it.
 */
export type FieldNodes = readonly JsonObject[]

export function fieldNodes(nodes: FieldNodes, name: string): FieldNodes {
  return below(nodes, (node) => [own(node, `f:${name}`)])
}

/** The nodes of a list's element; an atomic list has none. */
export function elementNodes(nodes: FieldNodes, element: JsonValue, list: ListMerge): FieldNodes {
  return below(nodes, (node) =>
    Object.keys(node)
      .filter((name) => names(name, element, list))
      .map((name) => own(node, name)),
  )
}

/** Who owns all of a place owns what is in it. */
function below(
  nodes: FieldNodes,
  children: (node: JsonObject) => readonly (JsonValue | undefined)[],
): FieldNodes {
  return nodes.flatMap((node) => (isLeaf(node) ? [node] : children(node).filter(isJsonObject)))
}

export function isLeaf(node: JsonObject): boolean {
  return Object.keys(node).length === 0
}

/** The nodes at the end of a path. */
export function nodesAt(root: FieldNodes, path: readonly Step[]): FieldNodes {
  let nodes = root
  for (const step of path) {
    if (nodes.length === 0) return nodes
    nodes = typeof step === 'string' ? fieldNodes(nodes, step) : elementNodes(nodes, step.element, step.list)
  }
  return nodes
}

function names(name: string, element: JsonValue, list: ListMerge): boolean {
  if (name.startsWith('v:')) return parseJson(name.slice(2)) === element
  if (!name.startsWith('k:') || list.type !== 'map') return false
  const keys = parseJson(name.slice(2))
  return isJsonObject(keys) && list.keys.every((key) => own(keys, key.name) === keyValue(element, key))
}
