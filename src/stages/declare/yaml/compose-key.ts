import { EVENT_ID, type Event, getScalarValue, type ScalarEvent } from 'js-yaml'
import type { JsonValue } from '../../../model/json.ts'
import { composeScalar, isPlain } from './compose-scalar.ts'
import { anchorOf, type Composition, offsetOf, report } from './composition.ts'
import { keyOf, readPlainKey } from './mapping-key.ts'
import { readPlain } from './plain-scalar.ts'
import { isProblem, type Problem, type Scalar } from './problem.ts'
import { coreTag } from './tagged-scalar.ts'

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor'])

/** The key from a scalar; undefined, and reported, where the scalar cannot be a key. */
export function composeKey(composition: Composition, event: ScalarEvent): string | undefined {
  const key = isPlain(event) ? composePlainKey(composition, event) : keyOf(composeScalar(composition, event))
  return acceptKey(composition, key, event)
}

/** The key from any other node: an alias may stand for a scalar; other nodes are refused. */
export function keyOfNode(
  composition: Composition,
  value: JsonValue,
  event: Event | undefined,
): string | undefined {
  return acceptKey(composition, keyOf(value), event)
}

/** The text decides: `1000000` and `1000000.0` are equal numbers, but the keys "1000000" and "1e+06". */
function composePlainKey(composition: Composition, event: ScalarEvent): string | Problem {
  const text = getScalarValue(composition.text, event)
  const anchor = anchorOf(composition, event)
  if (anchor) anchor.value = valueOr(readPlain(text), text)
  return readPlainKey(text)
}

function valueOr(value: Scalar | Problem, text: string): Scalar {
  return isProblem(value) ? text : value
}

function acceptKey(
  composition: Composition,
  key: string | Problem,
  event: Event | undefined,
): string | undefined {
  const problem = isProblem(key) ? key : forbidden.has(key) ? forbiddenKey(key) : undefined
  if (problem) report(composition, { ...problem, offset: offsetOf(event, 0) })
  return problem || isProblem(key) ? undefined : key
}

function forbiddenKey(key: string): Problem {
  return { code: 'forbidden-key', details: JSON.stringify(key) }
}

/** `<<`, plain or tagged !!merge (go-yaml v2, isMerge). */
export function isMergeKey({ text }: Composition, event: Event | undefined): boolean {
  if (event?.type !== EVENT_ID.SCALAR || event.valueEnd - event.valueStart !== 2) return false
  if (!text.startsWith('<<', event.valueStart)) return false
  if (isPlain(event)) return true
  const tag = event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd)
  return tag === '!' || coreTag(tag) === 'merge'
}
