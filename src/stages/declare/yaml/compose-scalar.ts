import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { anchorOf, type Composition, offsetOf, report } from './composition.ts'
import { readPlain } from './plain-scalar.ts'
import { isProblem, type Problem, type Scalar } from './problem.ts'
import { readTagged } from './tagged-scalar.ts'

/** A scalar's value; its own text where it has a problem. */
export function composeScalar(composition: Composition, event: ScalarEvent): Scalar {
  const text = getScalarValue(composition.text, event)
  const read = readScalar(composition.text, event, text)
  const value = isProblem(read) ? text : read
  if (isProblem(read)) report(composition, { ...read, offset: offsetOf(event, event.tagStart) })
  const anchor = anchorOf(composition, event)
  if (anchor) anchor.value = value
  return value
}

export function isPlain(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0
}

function readScalar(source: string, event: ScalarEvent, text: string): Scalar | Problem {
  if (event.tagStart >= 0) return readTagged(source.slice(event.tagStart, event.tagEnd), text)
  if (event.style === SCALAR_STYLE.PLAIN) return readPlain(text)
  return event.fast || text.isWellFormed() ? text : halfCharacter
}

const halfCharacter: Problem = { code: 'yaml-syntax', details: 'an escape that is not a Unicode character' }
