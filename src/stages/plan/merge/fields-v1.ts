import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../model/json.ts'
import type { ListMerge } from '../../../model/schema.ts'
import { keyValue } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import type { Step } from './pointer.ts'

/**
 * Fields that managers own at one path, one FieldsV1 node for each manager (meta/v1, FieldsV1): `f:<name>` is
 * a field, `k:<keys>` an element of a map list, `v:<value>` one of a set, `.` the path itself, {} all of it.
 */
export type FieldNodes = readonly JsonObject[]

export function fieldNodes(nodes: FieldNodes, name: string): FieldNodes {
  return below(nodes, (node) => [own(node, `f:${name}`)])
}

/** Nodes of a list element; an atomic list has none. */
export function elementNodes(nodes: FieldNodes, element: JsonValue, list: ListMerge): FieldNodes {
  return below(nodes, (node) =>
    Object.keys(node)
      .filter((name) => names(name, element, list))
      .map((name) => own(node, name)),
  )
}

/** A node that owns a whole value also owns its parts. */
function below(
  nodes: FieldNodes,
  children: (node: JsonObject) => readonly (JsonValue | undefined)[],
): FieldNodes {
  return nodes.flatMap((node) => (isLeaf(node) ? [node] : children(node).filter(isJsonObject)))
}

export function isLeaf(node: JsonObject): boolean {
  return Object.keys(node).length === 0
}

/** Nodes at the end of a path. */
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
