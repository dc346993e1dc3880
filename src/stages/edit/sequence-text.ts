import { isNode, isScalar, type YAMLSeq } from 'yaml'
import { flowWith, flowWithout } from './flow-text.ts'
import { lineEndAfter, lineEndOf, lineStart, splice, startOf, withoutLines } from './lines.ts'
import { type Style, scalarText } from './value-text.ts'

/** Adds a text to the end of a list that has elements. */
export function* withElement(
  text: string,
  list: YAMLSeq,
  item: string,
  { isJson }: Style,
): Generator<string> {
  if (list.flow) {
    const isQuoted = isJson || list.items.some((each) => isScalar(each) && each.type === 'QUOTE_DOUBLE')
    yield flowWith(text, list, scalarText(item, isQuoted))
    return
  }
  const last = list.items.at(-1)
  const prefix = prefixOf(text, last)
  if (prefix === undefined) return
  const at = lineEndAfter(text, last)
  yield splice(text, at, at, `${lineEndOf(text)}${prefix}${scalarText(item, false)}`)
}

/** Removes an element of a list that has others. */
export function* withoutElement(text: string, list: YAMLSeq, index: number): Generator<string> {
  if (list.flow) {
    yield flowWithout(text, list, index)
    return
  }
  const element = list.items[index]
  if (prefixOf(text, element) === undefined || !isNode(element)) return
  yield withoutLines(text, startOf(element), lineEndAfter(text, element))
}

/** Indent and hyphen of an element; undefined where more is on the line before it. */
function prefixOf(text: string, element: unknown): string | undefined {
  const start = startOf(element)
  const prefix = text.slice(lineStart(text, start), start)
  return /^ *- +$/.test(prefix) ? prefix : undefined
}
