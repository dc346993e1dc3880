import type { YAMLMap, YAMLSeq } from 'yaml'
import { contentEnd, lineStart, splice, startOf } from './lines.ts'

/** Adds an element to `{…}` or `[…]`: on a line of its own where the last one has one. */
export function flowWith(text: string, node: YAMLMap | YAMLSeq, element: string): string {
  const open = node.range?.[0] ?? 0
  const last = node.items.at(-1)
  if (last === undefined) return splice(text, open + 1, open + 1, element)
  const start = startOf(last)
  const before = text.slice(lineStart(text, start), start)
  const newline = /\r?\n[ \t]*$/.exec(text.slice(0, start))?.[0]
  const gap = before.trim() === '' && newline !== undefined && start > open ? newline : ' '
  const end = contentEnd(last)
  return splice(text, end, end, `,${gap}${element}`)
}

/** Removes an element with the comma beside it. */
export function flowWithout(text: string, node: YAMLMap | YAMLSeq, index: number): string {
  const element = node.items[index]
  const [before, after] = [node.items[index - 1], node.items[index + 1]]
  if (before !== undefined) return splice(text, contentEnd(before), contentEnd(element), '')
  const end = after === undefined ? contentEnd(element) : startOf(after)
  return splice(text, startOf(element), end, '')
}
