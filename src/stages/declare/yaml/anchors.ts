import type { JsonValue } from '../../../model/json.ts'
import { bareObject } from './bare-object.ts'
import type { Problem } from './problem.ts'
import { measure, type Sizes } from './size.ts'

/** Maximum nesting depth of a document with aliases expanded. */
export const MAX_DEPTH = 256
/**
 * Maximum size of a document's expanded aliases, in characters and values: more than any object that an API
 * server accepts (3 MiB a request).
 */
const MAX_ALIASED = 4_000_000

/** An anchor's node; without a value while the node is still being read. */
export interface Anchor {
  value?: JsonValue
}

/** The anchors of one document so far, and the size of its expanded aliases. */
export interface Anchors {
  readonly byName: Map<string, Anchor>
  readonly sizes: Sizes
  aliased: number
}

export function newAnchors(): Anchors {
  return { byName: new Map(), sizes: new Map(), aliased: 0 }
}

/** A reused name means its newest node from here on. */
export function openAnchor(anchors: Anchors, name: string): Anchor {
  const anchor: Anchor = {}
  anchors.byName.set(name, anchor)
  return anchor
}

/**
 * The value of an alias at `depth`: shared, never copied. Once the aliases exceed the maximum, and this is
 * reported, they stand for an empty mapping.
 */
export function followAlias(anchors: Anchors, name: string, depth: number): Required<Anchor> | Problem {
  const anchor = anchors.byName.get(name)
  if (!anchor) return { code: 'yaml-syntax', details: 'an alias without an earlier anchor' }
  if (anchor.value === undefined)
    return { code: 'yaml-unsupported', details: 'an anchor that contains itself' }
  const { value } = anchor
  const { weight, height } = measure(value, anchors.sizes)
  const before = anchors.aliased
  anchors.aliased += weight
  if (before > MAX_ALIASED) return { value: bareObject() }
  if (anchors.aliased > MAX_ALIASED) return { code: 'yaml-too-many-aliases', details: '' }
  if (depth + height > MAX_DEPTH) return tooDeep
  return { value }
}

export const tooDeep: Problem = {
  code: 'yaml-unsupported',
  details: `nested deeper than ${MAX_DEPTH} levels`,
}
