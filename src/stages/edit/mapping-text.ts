import { isAlias, isNode, isScalar, type Pair, type YAMLMap } from 'yaml'
import type { JsonValue } from '../../model/json.ts'
import type { Path } from './edit.ts'
import { flowWith, flowWithout } from './flow-text.ts'
import {
  columnAt,
  contentEnd,
  lineEndAfter,
  lineEndOf,
  lineStart,
  splice,
  startOf,
  withoutLines,
} from './lines.ts'
import { nameOf } from './nodes.ts'
import { blockPair, flowPair, flowText, type Style } from './value-text.ts'

/** A pair of a mapping, or the mappings down to it. */
export interface NewPair {
  readonly name: string
  /** Names of mappings in it, and of the value. */
  readonly rest: Path
  readonly value: JsonValue
  /** How the pair is to be written, where it can be; without its indent. */
  readonly lines?: readonly string[] | undefined
}

/** Adds a pair: on a line of its own after the last one, else after an earlier one. */
export function* withPair(text: string, map: YAMLMap, pair: NewPair, style: Style): Generator<string> {
  const { name, rest, value, lines: written } = pair
  if (map.flow) {
    const isQuoted = style.isJson || map.items.some(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE')
    yield flowWith(text, map, flowPair(name, rest, value, isQuoted))
    return
  }
  const own = blockPair(name, rest, value, style)
  for (const lines of written ? [written, own] : [own])
    for (const before of map.items.toReversed()) {
      const at = lineEndAfter(text, before)
      yield splice(text, at, at, `${lineEndOf(text)}${indented(lines, text, map)}`)
    }
}

function indented(lines: readonly string[], text: string, map: YAMLMap): string {
  const indent = indentOf(text, map)
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join(lineEndOf(text))
}

/** Sets the value of a pair that is there, which may be null. */
export function* withValue(text: string, map: YAMLMap, wanted: NewPair, style: Style): Generator<string> {
  const { name, rest, value, lines } = wanted
  const pair = map.items.find((each) => nameOf(each) === name)
  if (pair === undefined || isAlias(pair.value)) return
  if (lines && !map.flow && rest.length === 0)
    yield splice(text, startOf(pair), lineEndAfter(text, pair), indented(lines, text, map).trimStart())
  if (isEmpty(pair)) {
    yield* filled(text, { map, pair }, wanted, style)
    return
  }
  const isQuoted = style.isJson || (isScalar(pair.key) && pair.key.type === 'QUOTE_DOUBLE')
  const { value: node } = pair
  const range = isNode(node) ? node.range : undefined
  if (range) yield splice(text, range[0], contentEnd(node), flowText(rest, value, isQuoted))
}

/** Gives a pair a value: on the lines below it where it has several. */
function* filled(
  text: string,
  { map, pair }: { readonly map: YAMLMap; readonly pair: Pair },
  { name, rest, value }: NewPair,
  style: Style,
): Generator<string> {
  const below = blockPair(name, rest, value, style).slice(1)
  const at = lineEndAfter(text, pair.key)
  if (below.length > 0 && !map.flow)
    yield splice(text, at, at, `${lineEndOf(text)}${indented(below, text, map)}`)
  const colon = colonAfter(text, pair)
  if (colon !== undefined) yield splice(text, colon, colon, ` ${flowText(rest, value, style.isJson)}`)
}

/** Removes a pair with its lines; the only one leaves an empty mapping. */
export function* withoutPair(text: string, map: YAMLMap, name: string): Generator<string> {
  const index = map.items.findIndex((pair) => nameOf(pair) === name)
  const pair = map.items[index]
  if (pair === undefined) return
  const start = startOf(pair)
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
  const [first] = map.items
  return ' '.repeat(first === undefined ? 0 : columnAt(text, startOf(first)))
}
