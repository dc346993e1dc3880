import { isAlias, isNode, isScalar, type Pair, type YAMLMap } from 'yaml'
import type { EditedValue, Path } from './edit.ts'
import { flowWith, flowWithout } from './flow-text.ts'
import { contentEnd, lineEndAfter, lineEndOf, lineStart, splice, withoutLines } from './lines.ts'
import { blockPair, flowPair, flowText, type Style } from './value-text.ts'

/** A pair of a mapping, or the mappings down to it. */
export interface NewPair {
  readonly name: string
  /** Names of mappings in it, and of the value. */
  readonly rest: Path
  readonly value: EditedValue
}

/** Adds a pair: on a line of its own after the last one, else after an earlier one. */
export function* withPair(text: string, map: YAMLMap, pair: NewPair, style: Style): Generator<string> {
  const { name, rest, value } = pair
  if (map.flow) {
    const isQuoted = style.isJson || map.items.some(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE')
    yield flowWith(text, map, flowPair(name, rest, value, isQuoted))
    return
  }
  const indent = indentOf(text, map)
  const lines = blockPair(name, rest, value, style).map((line) => `${lineEndOf(text)}${indent}${line}`)
  for (const before of map.items.toReversed()) {
    const at = lineEndAfter(text, before)
    yield splice(text, at, at, lines.join(''))
  }
}

/** Sets the value of a pair that is there, which may be null. */
export function* withValue(
  text: string,
  map: YAMLMap,
  { name, rest, value }: NewPair,
  style: Style,
): Generator<string> {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === name)
  if (pair === undefined || isAlias(pair.value)) return
  const isQuoted = style.isJson || (isScalar(pair.key) && pair.key.type === 'QUOTE_DOUBLE')
  const instead = flowText(rest, value, isQuoted)
  if (!isEmpty(pair)) {
    const { value: node } = pair
    const range = isNode(node) ? node.range : undefined
    if (range) yield splice(text, range[0], contentEnd(node), instead)
    return
  }
  const colon = colonAfter(text, pair)
  if (colon === undefined) return
  if (rest.length > 0 || typeof value === 'object') {
    const lines = blockPair(name, rest, value, style).slice(1)
    const indent = indentOf(text, map)
    const at = lineEndAfter(text, pair.key)
    if (!map.flow)
      yield splice(text, at, at, lines.map((line) => `${lineEndOf(text)}${indent}${line}`).join(''))
  }
  yield splice(text, colon, colon, ` ${instead}`)
}

/** Removes a pair with its lines; the only one leaves an empty mapping. */
export function* withoutPair(text: string, map: YAMLMap, name: string): Generator<string> {
  const index = map.items.findIndex(({ key }) => isScalar(key) && String(key.value) === name)
  const pair = map.items[index]
  const start = pair && isNode(pair.key) ? pair.key.range?.[0] : undefined
  if (pair === undefined || start === undefined) return
  if (map.flow) {
    yield flowWithout(text, map, index)
    return
  }
  if (map.items.length > 1 && text.slice(lineStart(text, start), start).trim() === '')
    yield withoutLines(text, start, lineEndAfter(text, pair))
  if (map.items.length === 1) yield emptied(text, start, pair)
}

/** The mapping goes to the line of its own name, where it stood below that. */
function emptied(text: string, start: number, pair: Pair): string {
  const before = text.slice(0, lineStart(text, start))
  const above = before.replace(/\r?\n$/, '')
  const isBelow = /:[ \t]*$/.test(above)
  const end = lineEndAfter(text, pair)
  return isBelow ? `${above.trimEnd()} {}${text.slice(end)}` : splice(text, start, end, '{}')
}

/** A pair whose value is not written. */
function isEmpty({ value }: Pair): boolean {
  return !isNode(value) || (isScalar(value) && value.value === null && value.range?.[0] === value.range?.[1])
}

function colonAfter(text: string, { key }: Pair): number | undefined {
  const end = isNode(key) ? key.range?.[1] : undefined
  if (end === undefined) return undefined
  const [gap] = /^\s*:/.exec(text.slice(end)) ?? []
  return gap === undefined ? undefined : end + gap.length
}

/** Of its pairs: spaces, also where the first one stands after the hyphen of a list. */
function indentOf(text: string, map: YAMLMap): string {
  const key = map.items[0]?.key
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0
  return ' '.repeat(start - lineStart(text, start))
}
