import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { tokensOf } from '../../../model/json-pointer.ts'
import { ATOMIC_LIST } from '../schema/compiled-schema.ts'
import { keyValue } from '../schema/list-index.ts'
import { own } from '../schema/raw-schema.ts'
import type { ElementStep, Step } from './pointer.ts'

/** A field path as written in a rule; for the syntax see IgnoreRule.fields. */
export interface FieldPattern {
  /** The pattern as written. */
  readonly pointer: string
  readonly steps: readonly PatternStep[]
  /** The controller that decides the field; undefined where a user's rule names it. */
  readonly by?: string
  /** The controller only takes over once the object exists: Git's value is sent when it is created. */
  readonly isInitial?: boolean
}

export type PatternStep =
  /** `*` */
  | { readonly kind: 'any' }
  /** A field by its name, or an element by its index. */
  | { readonly kind: 'name'; readonly name: string }
  /** `[name=app,protocol=TCP]`; the empty name is the element itself: `[=x]`. */
  | { readonly kind: 'keys'; readonly keys: readonly (readonly [name: string, value: string])[] }

const SELECTOR = /^\[([^=]*=.*)\]$/s

/** Parses a JSON pointer (RFC 6901) with element selectors; every text is valid. */
export function parsePattern(pointer: string): FieldPattern {
  return { pointer, steps: tokensOf(pointer).map(parseStep) }
}

function parseStep(token: string): PatternStep {
  if (token === '*') return { kind: 'any' }
  const keys = SELECTOR.exec(token)?.[1]
  if (keys === undefined) return { kind: 'name', name: token }
  // The value of an element itself may hold commas.
  const pairs = keys.startsWith('=') ? [keys] : keys.split(/,(?=[^,=]+=)/)
  return { kind: 'keys', keys: pairs.map(parsePair) }
}

function parsePair(pair: string): readonly [name: string, value: string] {
  const end = pair.indexOf('=')
  return [pair.slice(0, end), pair.slice(end + 1)]
}

/** Whether a pattern matches a path or one of its ancestors. */
export function covers({ steps }: FieldPattern, path: readonly Step[]): boolean {
  return steps.length <= path.length && matchesPath(steps, path)
}

/** The remaining steps of a pattern that matches below a path; undefined for any other. */
export function patternBelow(
  { steps }: FieldPattern,
  path: readonly Step[],
): readonly PatternStep[] | undefined {
  return steps.length > path.length && matchesPath(steps, path) ? steps.slice(path.length) : undefined
}

/** Compares the steps that both have. */
function matchesPath(steps: readonly PatternStep[], path: readonly Step[]): boolean {
  const length = Math.min(steps.length, path.length)
  for (let index = 0; index < length; index += 1) {
    const step = path[index]
    const pattern = steps[index]
    if (step === undefined || pattern === undefined || !matchesStep(pattern, step)) return false
  }
  return true
}

function matchesStep(pattern: PatternStep, step: Step): boolean {
  if (typeof step !== 'string') return matchesElement(pattern, step)
  return pattern.kind === 'any' || (pattern.kind === 'name' && pattern.name === step)
}

/** Whether a pattern's step matches a list element. */
function matchesElement(pattern: PatternStep, { index, element, list }: ElementStep): boolean {
  if (pattern.kind === 'any') return true
  if (pattern.kind === 'name') return pattern.name === String(index)
  const defaults = list.type === 'map' ? list.keys : []
  return pattern.keys.every(([name, value]) => {
    const key = defaults.find((each) => each.name === name) ?? { name }
    return textOf(name === '' ? element : keyValue(element, key)) === value
  })
}

/** Values that a pattern matches, in the object's order. */
export function valuesAt(value: JsonValue, [step, ...below]: readonly PatternStep[]): readonly JsonValue[] {
  if (step === undefined) return [value]
  if (isJsonArray(value))
    return value.flatMap((each, index) => (matchesItem(step, each, index) ? valuesAt(each, below) : []))
  if (!isJsonObject(value) || step.kind === 'keys') return []
  const names = step.kind === 'any' ? Object.keys(value) : [step.name]
  return names.flatMap((name) => {
    const child = own(value, name)
    return child === undefined ? [] : valuesAt(child, below)
  })
}

/** Like matchesElement, without the list's schema. */
export function matchesItem(pattern: PatternStep, element: JsonValue, index: number): boolean {
  return matchesElement(pattern, { index, element, list: ATOMIC_LIST })
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'object' ? undefined : value === undefined ? undefined : String(value)
}
