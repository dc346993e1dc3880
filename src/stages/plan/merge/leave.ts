import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { IgnoredReason } from '../../../model/plan.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { own } from '../schema/raw-schema.ts'
import { covers, type FieldPattern, matchesItem, type PatternStep, patternBelow } from './field-pattern.ts'
import { isLeaf, nodesAt } from './fields-v1.ts'
import type { Step } from './pointer.ts'
import type { FieldDifference } from './settled.ts'

/** Parts of a live object that stay as they are, whatever Git declares. */
export interface Leave {
  /** Fields that rules ignore, or that a controller decides. */
  readonly ignored: readonly FieldPattern[]
  /** Fields that are sent only when Git changes them. */
  readonly once: readonly FieldPattern[]
  /** Fields that other managers own and keep. */
  readonly owned: readonly OwnedFields[]
  /** Differences that were left before, by pointer; they are left again with exactly these values. */
  readonly remembered: ReadonlyMap<string, RememberedField>
  /** Fields in which Git's value applies, whatever would leave them. */
  readonly enforced: readonly FieldPattern[]
}

/** Fields of another manager: a non-empty FieldsV1, and the reason why they are left. */
export interface OwnedFields {
  readonly why: IgnoredReason
  readonly fields: JsonObject
}

export interface RememberedField extends FieldDifference {
  readonly why: IgnoredReason
}

export const leaveNothing: Leave = {
  ignored: [],
  once: [],
  owned: [],
  remembered: new Map(),
  enforced: [],
}

/**
 * The reason why a field and everything below it is left; undefined where Git's value applies. Never leaves
 * Reeve's own labels and annotation.
 */
export function whyLeft(
  { ignored, once, owned, enforced }: Leave,
  path: readonly Step[],
): IgnoredReason | undefined {
  if (isBookkeeping(path) || enforced.some((pattern) => isAround(pattern, path))) return undefined
  const isAbout = (pattern: FieldPattern) => covers(pattern, path)
  const rule = ignored.find(isAbout)
  if (rule !== undefined) return whyIgnored(rule)
  const sent = once.find(isAbout)
  if (sent !== undefined) return { reason: 'once', rule: sent.pointer }
  return owned.find(({ fields }) => nodesAt([fields], path).some(isLeaf))?.why
}

/** Whether a field is one of a pattern, inside of it, or around it. */
function isAround(pattern: FieldPattern, path: readonly Step[]): boolean {
  return covers(pattern, path) || patternBelow(pattern, path) !== undefined
}

function whyIgnored({ pointer, by }: FieldPattern): IgnoredReason {
  return by === undefined ? { reason: 'ignored', rule: pointer } : { reason: 'controlled', by }
}

function isBookkeeping([first, , name]: readonly Step[]): boolean {
  return first === 'metadata' && typeof name === 'string' && BOOKKEEPING.has(name)
}

/** An ignored part of a value. */
export interface IgnoredPart {
  readonly why: IgnoredReason
  /** Remaining steps from the value to the part. */
  readonly rest: readonly PatternStep[]
}

export function ignoredBelow({ ignored, once }: Leave, path: readonly Step[]): readonly IgnoredPart[] {
  const parts = (patterns: readonly FieldPattern[], why: (pattern: FieldPattern) => IgnoredReason) =>
    patterns.flatMap((pattern) => {
      const rest = patternBelow(pattern, path)
      return rest === undefined ? [] : [{ why: why(pattern), rest }]
    })
  return [...parts(ignored, whyIgnored), ...parts(once, ({ pointer }) => ({ reason: 'once', rule: pointer }))]
}

/**
 * Whether a live value has an ignored part that outlives it. A list element does only if it is itself
 * ignored: an element that Git no longer declares is removed with the ignored fields in it.
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
