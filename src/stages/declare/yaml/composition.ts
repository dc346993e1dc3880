import { EVENT_ID, type Event, type MappingEvent, type ScalarEvent, type SequenceEvent } from 'js-yaml'
import { type Anchor, type Anchors, newAnchors, openAnchor } from './anchors.ts'
import type { Problem } from './problem.ts'

/** A problem and its offset in the document's text. */
export interface YamlFinding extends Problem {
  readonly offset: number
}

/** A key that its mapping has already. */
export interface DuplicateKey {
  readonly key: string
  /** The offset of this occurrence, and of the first one. */
  readonly offset: number
  readonly earlier: number
}

/** The state of composing a document: the position in its events, and the findings so far. */
export interface Composition {
  readonly text: string
  readonly events: readonly Event[]
  readonly findings: YamlFinding[]
  /** Kept apart, so that they take no room from the findings. */
  readonly duplicates: DuplicateKey[]
  readonly anchors: Anchors
  /** Index of the next event. */
  next: number
  /** Number of open lists and mappings. */
  depth: number
}

/** Maximum number of findings, and of duplicate keys, reported for one document; more would not help. */
export const MAX_FINDINGS = 100

/** Begins after the DOCUMENT event, at the root node. */
export function newComposition(text: string, events: readonly Event[]): Composition {
  return { text, events, findings: [], duplicates: [], anchors: newAnchors(), next: 1, depth: 0 }
}

export function report(composition: Composition, finding: YamlFinding): void {
  if (composition.findings.length < MAX_FINDINGS) composition.findings.push(finding)
}

/** Registers the node's anchor, if it has one, before its contents are read. */
export function anchorOf(
  composition: Composition,
  { anchorStart, anchorEnd }: ScalarEvent | MappingEvent | SequenceEvent,
): Anchor | undefined {
  if (anchorStart < 0) return undefined
  const name = composition.text.slice(anchorStart, anchorEnd)
  if (!/^[\w-]+$/.test(name)) report(composition, { ...badAnchor, offset: anchorStart })
  return openAnchor(composition.anchors, name)
}

const badAnchor: Problem = {
  code: 'yaml-unsupported',
  details: 'an anchor name may contain only letters, digits, "-" and "_"',
}

export function atEnd({ events, next }: Composition): boolean {
  return next >= events.length || events[next]?.type === EVENT_ID.POP
}

/** The offset of a node's beginning; `otherwise` for an empty node, which has no place of its own. */
export function offsetOf(event: Event | undefined, otherwise: number): number {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart < 0 ? otherwise : event.valueStart
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
    case EVENT_ID.ALIAS:
      return event.anchorStart
    default:
      return otherwise
  }
}

/** The index of the event after the node that begins at `index`. */
export function skipNode(events: readonly Event[], index: number): number {
  let open = 0
  let at = index
  do {
    const type = events[at]?.type
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) open += 1
    else if (type === EVENT_ID.POP) open -= 1
    at += 1
  } while (open > 0 && at < events.length)
  return at
}
