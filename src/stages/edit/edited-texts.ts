import { isMap, isSeq, type Node } from 'yaml'
import type { JsonValue } from '../../model/json.ts'
import type { Edit, Path } from './edit.ts'
import { columnAt } from './lines.ts'
import { withoutPair, withPair, withValue } from './mapping-text.ts'
import { nameOf, nodeAt, nodesOf } from './nodes.ts'
import { withElement, withoutElement } from './sequence-text.ts'
import type { Style } from './value-text.ts'

/**
 * Texts that a document may have after an edit, the best one first. They are proposals by the places of its nodes: each
 * is to be read again before it is used.
 */
export function* editedTexts(text: string, edit: Edit, isJson: boolean): Generator<string> {
  const contents = nodesOf(text)
  if (contents === null) return
  const style: Style = { isJson, step: stepOf(contents, text) }
  const { path } = edit
  const found = nodeAt(contents, path)
  const around = nodeAt(contents, path.slice(0, -1))
  const name = path.at(-1) ?? ''
  switch (edit.kind) {
    case 'set':
      yield* valueSet(text, contents, { path, value: edit.value, lines: edit.lines, style })
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
  readonly value: JsonValue
  readonly lines?: readonly string[] | undefined
  readonly style: Style
}

/** Sets a value that is there, or adds it to the innermost mapping of its path that is there. */
function* valueSet(text: string, top: Node, { path, value, lines, style }: Setting): Generator<string> {
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const around = nodeAt(top, path.slice(0, length))
    if (!isMap(around)) continue
    const [name = '', ...rest] = path.slice(length)
    const has = around.items.some((pair) => nameOf(pair) === name)
    yield* (has ? withValue : withPair)(
      text,
      around,
      { name, rest, value, ...(rest.length === 0 && { lines }) },
      style,
    )
    return
  }
}

/** Indent of the mappings in a document. */
function stepOf(top: Node, text: string): number {
  if (!isMap(top) || top.flow) return 2
  const nested = top.items.map(({ value }) => value).find((value) => isMap(value) && !value.flow)
  const start = isMap(nested) ? nested.range?.[0] : undefined
  if (start === undefined || top.range === null || top.range === undefined) return 2
  return Math.max(1, columnAt(text, start) - columnAt(text, top.range[0]))
}
