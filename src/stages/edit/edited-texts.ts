import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import type { Edit, EditedValue, Path } from './edit.ts'
import { withoutPair, withPair, withValue } from './mapping-text.ts'
import { withElement, withoutElement } from './sequence-text.ts'
import type { Style } from './value-text.ts'

/**
 * Texts that a document may have after an edit, the best one first. They are proposals by the places of its nodes: each
 * is to be read again before it is used.
 */
export function* editedTexts(text: string, edit: Edit, isJson: boolean): Generator<string> {
  const { contents } = parseDocument(text, { strict: false, uniqueKeys: false, logLevel: 'silent' })
  if (contents === null) return
  const style: Style = { isJson, step: stepOf(contents, text) }
  const { path } = edit
  const found = nodeAt(contents, path)
  const around = nodeAt(contents, path.slice(0, -1))
  const name = path.at(-1) ?? ''
  switch (edit.kind) {
    case 'set':
      yield* valueSet(text, contents, { path, value: edit.value, style })
      break
    case 'remove':
      if (isMap(around)) yield* withoutPair(text, around, name)
      break
    case 'append':
      if (isSeq(found) && found.items.length > 0) yield* withElement(text, found, edit.item, style)
      else yield* valueSet(text, contents, { path, value: [edit.item], style })
      break
    case 'drop':
      if (isSeq(found)) yield* withoutElement(text, found, edit.index)
  }
}

interface Setting {
  readonly path: Path
  readonly value: EditedValue
  readonly style: Style
}

/** Sets a value that is there, or adds it to the innermost mapping of its path that is there. */
function* valueSet(text: string, top: Node, { path, value, style }: Setting): Generator<string> {
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const around = nodeAt(top, path.slice(0, length))
    if (!isMap(around)) continue
    const [name = '', ...rest] = path.slice(length)
    const has = around.items.some(({ key }) => nameOf(key) === name)
    yield* (has ? withValue : withPair)(text, around, { name, rest, value }, style)
    return
  }
}

/** The node at a path; undefined where there is none, or an alias on the way. */
function nodeAt(top: Node, path: Path): Node | undefined {
  let node: unknown = top
  for (const name of path) {
    if (isMap(node)) node = node.items.find(({ key }) => nameOf(key) === name)?.value
    else node = isSeq(node) ? node.items[Number(name)] : undefined
  }
  return isCollection(node) || isScalar(node) || isAlias(node) ? (node as Node) : undefined
}

export function nameOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}

/** Indent of the mappings in a document. */
function stepOf(top: Node, text: string): number {
  if (!isMap(top) || top.flow) return 2
  const nested = top.items.map(({ value }) => value).find((value) => isMap(value) && !value.flow)
  const start = isMap(nested) ? nested.range?.[0] : undefined
  if (start === undefined || top.range === null || top.range === undefined) return 2
  return Math.max(1, columnAt(text, start) - columnAt(text, top.range[0]))
}

export function columnAt(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}
