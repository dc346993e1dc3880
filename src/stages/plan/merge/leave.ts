import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { IgnoredReason } from '../../../model/plan.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { own } from '../schema/raw-schema.ts'
import { covers, type FieldPattern, matchesItem, type PatternStep, patternBelow } from './field-pattern.ts'
import { isLeaf, nodesAt } from './fields-v1.ts'
import type { Step } from './pointer.ts'
import type { FieldDifference } from './settled.ts'

/** What of a live object stays as it is, whatever Git says. */
export interface Leave {
  /** Places that rules name. */
  readonly ignored: readonly FieldPattern[]
  /** Places that were sent when Git last changed them. */
  readonly once: readonly FieldPattern[]
  /** What others own and keep. */
  readonly owned: readonly OwnedFields[]
  /** Differences that were left before, by pointer: exactly these values are left again. */
  readonly remembered: ReadonlyMap<string, RememberedField>
}

/** Fields of another writer: a FieldsV1 that is not empty, and why they are left to it. */
export interface OwnedFields {
  readonly why: IgnoredReason
  readonly fields: JsonObject
}

export interface RememberedField extends FieldDifference {
  readonly why: IgnoredReason
}

export const leaveNothing: Leave = { ignored: [], once: [], owned: [], remembered: new Map() }

/**
 * Why a place is left with all that is below it; undefined where Git has its way. What Reeve itself
 * puts on every object never is.
 */
export function whyLeft({ ignored, once, owned }: Leave, path: readonly Step[]): IgnoredReason | undefined {
  if (isBookkeeping(path)) return undefined
  const isAbout = (pattern: FieldPattern) => covers(pattern, path)
  const rule = ignored.find(isAbout)
  if (rule !== undefined) return { reason: 'ignored', rule: rule.pointer }
  const sent = once.find(isAbout)
  if (sent !== undefined) return { reason: 'once', rule: sent.pointer }
  return owned.find(({ fields }) => nodesAt([fields], path).some(isLeaf))?.why
}

function isBookkeeping([first, , name]: readonly Step[]): boolean {
  return first === 'metadata' && typeof name === 'string' && BOOKKEEPING.has(name)
}

/** An ignored part of the value at a place. */
export interface IgnoredPart {
  readonly why: IgnoredReason
  /** How it goes on from the place. */
  readonly rest: readonly PatternStep[]
}

export function ignoredBelow({ ignored, once }: Leave, path: readonly Step[]): readonly IgnoredPart[] {
  const parts = (patterns: readonly FieldPattern[], reason: 'ignored' | 'once') =>
    patterns.flatMap((pattern) => {
      const rest = patternBelow(pattern, path)
      return rest === undefined ? [] : [{ why: { reason, rule: pattern.pointer }, rest }]
    })
  return [...parts(ignored, 'ignored'), ...parts(once, 'once')]
}

/**
 * Whether a live value has an ignored part that outlives what is around it. An element of a list does
 * only where it is itself ignored: one that Git no longer declares goes with the ignored fields in it.
 */
export function hasPart(live: JsonValue, rest: readonly PatternStep[]): boolean {
  const [step, ...below] = rest
  if (step === undefined) return true
  if (isJsonArray(live))
    return below.length === 0 && live.some((element, index) => matchesItem(step, element, index))
  if (!isJsonObject(live) || step.kind === 'keys') return false
  const values = step.kind === 'any' ? Object.values(live) : [own(live, step.name)]
  return values.some((value) => value !== undefined && hasPart(value, below))
}
