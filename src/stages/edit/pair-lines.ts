import { isMap, isNode } from 'yaml'
import type { Origin } from '../../model/installation.ts'
import { tokensOf } from '../../model/json-pointer.ts'
import { splitDocuments } from '../declare/yaml/split-documents.ts'
import type { Path } from './edit.ts'
import { columnAt, lineEndAfter } from './lines.ts'
import { LONGEST, nameOf, nodeAt, nodesOf } from './nodes.ts'

/** The lines that a field of a document is written on. */
export type PairLines = (path: Path) => readonly string[] | undefined

/**
 * The lines that fields of a document are written on, without the indent of the first one; undefined where they share
 * them with others.
 */
export function pairLines(
  text: string,
  { document, pointer }: Pick<Origin, 'document' | 'pointer'>,
): PairLines {
  const source = splitDocuments(text)[document]?.text
  const top = source === undefined || source.length > LONGEST ? null : nodesOf(source)
  if (source === undefined || top === null) return () => undefined
  return (path) => linesAt(source, nodeAt(top, [...tokensOf(pointer), ...path.slice(0, -1)]), path.at(-1))
}

function linesAt(source: string, map: unknown, name: string | undefined): readonly string[] | undefined {
  if (!isMap(map) || map.flow) return undefined
  const pair = map.items.find((each) => nameOf(each) === name)
  const start = pair && isNode(pair.key) ? pair.key.range?.[0] : undefined
  if (start === undefined) return undefined
  const column = columnAt(source, start)
  const [first = '', ...others] = source.slice(start, lineEndAfter(source, pair)).split(/\r?\n/)
  const isIndented = others.every((line) => line.slice(0, column).trim() === '')
  return isIndented ? [first, ...others.map((line) => line.slice(column))] : undefined
}
