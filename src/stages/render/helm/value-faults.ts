import type { RenderFailure } from '../../../adapters/engine/engine.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import { escapeToken, tokensOf } from '../../../model/json-pointer.ts'
import type { Release } from '../renderer.ts'

const MISFITS = /^values don't meet the specifications of the schema/
/** The chart whose schema it is, then each of its misfits with the value's JSON pointer. */
const CHART = /^(\S+):$/
const MISFIT = /^\s*- at '([^']*)': (.+)$/

/** The values that Helm refuses by the schema of a chart, each at its own place; undefined for other failures. */
export function valueFaults({ message }: RenderFailure, release: Release): readonly Fault[] | undefined {
  if (!MISFITS.test(message)) return undefined
  const faults: Fault[] = []
  let chart = ''
  for (const line of message.split('\n')) {
    chart = CHART.exec(line)?.[1] ?? chart
    const [, pointer, words] = MISFIT.exec(line) ?? []
    if (pointer === undefined || words === undefined || isOutline(words)) continue
    const at = pointerBelow(pointer, chart, release)
    const details = `${['values', ...tokensOf(at)].join('.')}: ${words}`
    faults.push(fault('bad-value', details, { location: release.placeOf(at) }))
  }
  return faults.length === 0 ? undefined : faults
}

/** A line whose own misfits follow, indented below it. */
function isOutline(words: string): boolean {
  return /^(?:'allOf'|'\$ref'|validation) failed|^allOf failed/.test(words)
}

/** A subchart's values are below its name. */
function pointerBelow(pointer: string, chart: string, { values }: Release): string {
  return Object.hasOwn(values, chart) ? `/${escapeToken(chart)}${pointer}` : pointer
}
