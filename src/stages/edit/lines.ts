import { isMap, isNode, isPair, isScalar, isSeq } from 'yaml'

/** Where a node begins, or the key of a pair. */
export function startOf(element: unknown): number {
  const node = isPair(element) ? element.key : element
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

/** Where the content of a node ends, without what follows it on its line. */
export function contentEnd(node: unknown): number {
  if (isPair(node)) return isNode(node.value) ? contentEnd(node.value) : contentEnd(node.key)
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = node.items.at(-1)
    if (last !== undefined) return contentEnd(last)
  }
  return isNode(node) ? (node.range?.[1] ?? 0) : 0
}

/** Where the line ends that a node ends on, before its line end; a block scalar has its last line end. */
export function lineEndAfter(text: string, node: unknown): number {
  const end = contentEnd(node)
  const from = isBlockScalar(node) && text[end - 1] === '\n' ? end - 1 : end
  const newline = text.indexOf('\n', from)
  const at = newline < 0 ? text.length : newline
  return text[at - 1] === '\r' ? at - 1 : at
}

function isBlockScalar(node: unknown): boolean {
  if (isPair(node)) return isBlockScalar(node.value)
  if ((isMap(node) || isSeq(node)) && !node.flow) return isBlockScalar(node.items.at(-1))
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** The line end that a text has. */
export function lineEndOf(text: string): string {
  const newline = text.indexOf('\n')
  return newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n'
}

/** A text without its lines from the one of `start` to the one that ends at `end`. */
export function withoutLines(text: string, start: number, end: number): string {
  const next = text.indexOf('\n', end)
  const first = lineStart(text, start)
  if (next >= 0) return text.slice(0, first) + text.slice(next + 1)
  return text.slice(0, first).replace(/\r?\n$/, '')
}

export function splice(text: string, start: number, end: number, instead: string): string {
  return text.slice(0, start) + instead + text.slice(end)
}

export function columnAt(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}
