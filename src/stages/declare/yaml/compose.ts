import { type AliasEvent, EVENT_ID, type Event, type MappingEvent, type SequenceEvent } from 'js-yaml'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { followAlias, newAnchors } from './anchors.ts'
import { bareObject } from './bare-object.ts'
import { composeKey, isMergeKey, keyOfNode } from './compose-key.ts'
import { composeScalar } from './compose-scalar.ts'
import {
  anchorOf,
  atEnd,
  type Composition,
  MAX_FINDINGS,
  newComposition,
  offsetOf,
  report,
  skipNode,
} from './composition.ts'

/**
 * A document's value and all its problems. With findings, the value is the readable part. Of duplicate keys it has
 * the last, as for kubectl and Helm.
 */
export interface Composed extends Pick<Composition, 'findings' | 'duplicates'> {
  readonly value: JsonValue
}

/** Composes the value of a document from its events: DOCUMENT, the root node and so on. */
export function compose(text: string, events: readonly Event[]): Composed {
  const composition = newComposition(text, events)
  const value = composeNode(composition)
  return { value, findings: composition.findings, duplicates: composition.duplicates }
}

function composeNode(composition: Composition): JsonValue {
  const event = composition.events[composition.next]
  composition.next += 1
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return composeScalar(composition, event)
    case EVENT_ID.MAPPING:
      return composeMapping(composition, event)
    case EVENT_ID.SEQUENCE:
      return composeSequence(composition, event)
    case EVENT_ID.ALIAS:
      return composeAlias(composition, event)
    default:
      return null
  }
}

function composeSequence(composition: Composition, event: SequenceEvent): JsonValue {
  const items: JsonValue[] = []
  const anchor = anchorOf(composition, event)
  composition.depth += 1
  while (!atEnd(composition)) items.push(composeNode(composition))
  composition.depth -= 1
  composition.next += 1
  if (anchor) anchor.value = items
  return items
}

function composeAlias(composition: Composition, event: AliasEvent): JsonValue {
  const name = composition.text.slice(event.anchorStart, event.anchorEnd)
  const target = followAlias(composition.anchors, name, composition.depth)
  if (!('code' in target)) return target.value
  report(composition, { ...target, offset: event.anchorStart })
  return bareObject()
}

function composeMapping(composition: Composition, event: MappingEvent): JsonValue {
  const object = bareObject()
  const anchor = anchorOf(composition, event)
  const first = composition.next
  composition.depth += 1
  /** The mapping's own keys, tracked once others are merged into it. */
  let own: Set<string> | undefined
  while (!atEnd(composition)) {
    const start = composition.next
    const keyEvent = composition.events[start]
    if (isMergeKey(composition, keyEvent)) {
      own ??= new Set(Object.keys(object))
      mergeInto(object, composition)
      continue
    }
    const key = nextKey(composition)
    const value = composeNode(composition)
    if (key === undefined) continue
    if (own ? own.has(key) : key in object) reportDuplicate(composition, key, first, start)
    object[key] = value
    own?.add(key)
  }
  composition.depth -= 1
  composition.next += 1
  if (anchor) anchor.value = object
  return object
}

function nextKey(composition: Composition): string | undefined {
  const event = composition.events[composition.next]
  if (event?.type !== EVENT_ID.SCALAR) return keyOfNode(composition, composeNode(composition), event)
  composition.next += 1
  return composeKey(composition, event)
}

/** Merges as go-yaml v2 does, in document order: merged values win over the keys above. */
function mergeInto(object: Record<string, JsonValue>, composition: Composition): void {
  const key = composition.events[composition.next]
  composition.next += 1
  const isList = composition.events[composition.next]?.type === EVENT_ID.SEQUENCE
  const value = composeNode(composition)
  const sources = isList && isJsonArray(value) ? value.toReversed() : [value]
  if (sources.every(isJsonObject)) for (const source of sources) assign(object, source)
  else report(composition, { ...wantsMapping, offset: offsetOf(key, 0) })
}

const wantsMapping = {
  code: 'yaml-unsupported',
  details: '"<<" takes a mapping or a list of mappings',
} as const

function assign(object: Record<string, JsonValue>, source: JsonObject): void {
  for (const key of Object.keys(source)) object[key] = source[key] ?? null
}

function reportDuplicate(composition: Composition, key: string, first: number, again: number): void {
  if (composition.duplicates.length >= MAX_FINDINGS) return
  const offset = offsetOf(composition.events[again], 0)
  const earlier = offsetOfKey({ ...composition, findings: [], anchors: newAnchors(), next: first }, key)
  composition.duplicates.push({ key, offset, earlier })
}

/** Searches a mapping's keys again, from the first one, for the offset of `key`. */
function offsetOfKey(composition: Composition, key: string): number {
  while (!atEnd(composition)) {
    const event = composition.events[composition.next]
    const found = event?.type === EVENT_ID.SCALAR ? composeKey(composition, event) : undefined
    if (found === key) return offsetOf(event, 0)
    composition.next = skipNode(composition.events, skipNode(composition.events, composition.next))
  }
  return 0
}
