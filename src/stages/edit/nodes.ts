import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml'
import type { Path } from './edit.ts'

/** Maximum length of a document, in characters: finding the places in a larger one takes long. */
export const LONGEST = 128 * 1024

/** The nodes of a document by their places; what the texts mean is for Reeve's own reader. */
export function nodesOf(text: string): Node | null {
  return parseDocument(text, { strict: false, uniqueKeys: false, logLevel: 'silent' }).contents
}

/** The node at a path; undefined where there is none, or an alias on the way. */
export function nodeAt(top: Node, path: Path): Node | undefined {
  let node: unknown = top
  for (const name of path) {
    if (isMap(node)) node = node.items.find((pair) => nameOf(pair) === name)?.value
    else node = isSeq(node) ? node.items[Number(name)] : undefined
  }
  return isCollection(node) || isScalar(node) || isAlias(node) ? (node as Node) : undefined
}

export function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}
