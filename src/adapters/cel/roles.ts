import type { ASTNode } from '@marcbachmann/cel-js'

/**
 * The use of a node's value, where it is charged:
 * - `weighed`: traversed once
 * - `argument`: may be traversed repeatedly
 */
export type Role = 'weighed' | 'argument'

/** Functions whose arguments are expressions, evaluated for each element or not at all. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map', 'bind', 'or', 'orValue'])
/** Functions that traverse a whole value once. */
const TAKES_ANY = new Set(['bytes', 'dyn', 'size', 'string', 'type'])
const OPERATORS = new Set(['!=', '==', 'in', '+', '-', '*', '/', '%', '<', '<=', '>', '>='])

/** Calls `visit` with a node and its descendants, and the role of each. */
export function visitNodes(node: ASTNode, visit: (node: ASTNode, role?: Role) => void, role?: Role): void {
  visit(node, role)
  for (const [child, of] of childrenOf(node)) visitNodes(child, visit, of)
}

type Child = readonly [ASTNode, Role | undefined]

function childrenOf(node: ASTNode): readonly Child[] {
  if (OPERATORS.has(node.op)) return nodesIn(node.args).map((child) => [child, 'weighed'])
  if (node.op === 'call') return callChildren(node.args)
  if (node.op === 'rcall') return methodChildren(node.args)
  return nodesIn(node.args).map((child) => [child, undefined])
}

function callChildren([name, args]: readonly [string, readonly ASTNode[]]): readonly Child[] {
  if (name === 'has') return args.map((child) => [child, undefined])
  return args.map((child) => [child, TAKES_ANY.has(name) ? 'weighed' : 'argument'])
}

function methodChildren([name, receiver, args]: readonly [
  string,
  ASTNode,
  readonly ASTNode[],
]): readonly Child[] {
  const role = MACROS.has(name) ? undefined : 'argument'
  return [[receiver, 'weighed'], ...args.map((child): Child => [child, role])]
}

/** The nodes in a node's operands, at any nesting. */
function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn)
  return isNode(args) ? [args] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
