import { isJsonObject, type JsonValue } from '../../../model/json.ts'
import type { IgnoredField, IgnoredReason, PatchOperation } from '../../../model/plan.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { sameValue } from '../normalise/same-value.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { withLivePart, withoutPart } from './ignored-parts.ts'
import { ignoredBelow, type Leave, type OwnedFields, whyLeft } from './leave.ts'
import { type Step, stablePointer, wirePointer } from './pointer.ts'
import { type FieldDifference, isSettled, type Settled } from './settled.ts'

/** One operation, and the difference that it resolves; none where it removes an undeclared field. */
export interface Change {
  readonly operation: PatchOperation
  readonly difference?: FieldDifference
  /** The number of steps from the root. */
  readonly depth: number
}

export type MergeValue = (
  walk: Walk,
  declared: JsonValue,
  base: JsonValue | undefined,
  live: JsonValue,
  schema: MergeSchema,
) => void

/** State of a merge in progress: the current path and the findings. */
export interface Walk {
  readonly path: Step[]
  readonly changes: Change[]
  /** Differences that are left. */
  readonly left: IgnoredField[]
  readonly settled: Settled
  readonly leave: Leave
  /** The last applied declaration is known: what it does not have is new in Git. */
  readonly hasBase: boolean
  /** What Git declares now is what was last applied. */
  readonly isApplied: boolean
  /** Fields that other managers own: never removed along with fields that Git no longer declares. */
  readonly foreign: readonly OwnedFields[]
  /** mergeValue, for the functions that it calls. */
  readonly mergeValue: MergeValue
}

/**
 * Replaces the live value by the declared one, or adds the field where it is missing. Ignored parts keep
 * their live values; missing ones are not added.
 */
export function overlay(
  walk: Walk,
  declared: JsonValue,
  live: JsonValue | undefined,
  schema?: MergeSchema,
): void {
  if (live === undefined || live === null) {
    add(walk, declared, live, schema ?? anySchema)
    return
  }
  const parts = ignoredBelow(walk.leave, walk.path)
  const value = parts.reduce((kept, { rest }) => withLivePart(kept, live, rest), declared)
  const [part] = parts
  if (part !== undefined && value !== declared && sameValue(value, live, schema))
    note(walk, declared, live, part.why)
  else record(walk, { op: 'replace', path: wirePointer(walk.path), value }, value, live)
}

/** Adds a missing value without its ignored parts. A new list element includes them: they are set once. */
function add(walk: Walk, declared: JsonValue, live: null | undefined, schema: MergeSchema): void {
  let value: JsonValue | undefined = declared
  let why = whyLeft(walk.leave, walk.path)
  const isElement = typeof walk.path.at(-1) === 'object'
  for (const part of isElement ? [] : ignoredBelow(walk.leave, walk.path)) {
    value = value === undefined ? undefined : withoutPart(value, part.rest, schema)
    if (value === undefined) why ??= part.why
  }
  const added = withOwnEntries(walk.path, declared, why === undefined ? value : undefined)
  const op = live === undefined ? 'add' : 'replace'
  if (added !== undefined)
    recordUnknown(walk, { op, path: wirePointer(walk.path), value: added }, added, live)
  else if (why !== undefined) note(walk, declared, live, why)
}

/** Removes a live field that Git declares as null. */
export function erase(walk: Walk, live: JsonValue): void {
  record(walk, { op: 'remove', path: wirePointer(walk.path) }, null, live)
}

/** Removes a live field that Git declared before and no longer does. */
export function remove(walk: Walk): void {
  walk.changes.push({
    operation: { op: 'remove', path: wirePointer(walk.path) },
    depth: walk.path.length,
  })
}

/** Records a field that differs from Git and is left. */
export function note(
  walk: Walk,
  declared: JsonValue | undefined,
  live: JsonValue | undefined,
  why: IgnoredReason,
): void {
  walk.left.push({ pointer: stablePointer(walk.path), declared, live, why })
}

/** Records a difference, unless the field is left. */
function record(
  walk: Walk,
  operation: PatchOperation,
  declared: JsonValue,
  live: JsonValue | undefined,
): void {
  const why = whyLeft(walk.leave, walk.path)
  if (why === undefined) recordUnknown(walk, operation, declared, live)
  else note(walk, declared, live, why)
}

/** Records a difference, unless exactly these values are left. */
function recordUnknown(
  walk: Walk,
  operation: PatchOperation,
  declared: JsonValue,
  live: JsonValue | undefined,
): void {
  const difference = { pointer: stablePointer(walk.path), declared, live }
  const why = whyKnown(walk, difference)
  if (why === undefined) walk.changes.push({ operation, difference, depth: walk.path.length })
  else walk.left.push({ ...difference, why })
}

/** The reason if a difference was left before with exactly these values. */
function whyKnown({ settled, leave }: Walk, difference: FieldDifference): IgnoredReason | undefined {
  if (settled.size > 0 && isSettled(settled, difference)) return { reason: 'settled' }
  const { remembered } = leave
  const isKnown = remembered.size > 0 && isSettled(remembered, difference)
  return isKnown ? remembered.get(difference.pointer)?.why : undefined
}

/** Keeps Reeve's own entries of labels or annotations that are added, even if the rest is left. */
function withOwnEntries(
  [first, ...rest]: readonly Step[],
  declared: JsonValue,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (value === declared) return value
  if (first !== 'metadata' || rest.length !== 1 || !isJsonObject(declared)) return value
  const entries = Object.entries(declared).filter(([name]) => BOOKKEEPING.has(name))
  if (entries.length === 0) return value
  return { ...(isJsonObject(value) ? value : {}), ...Object.fromEntries(entries) }
}

/** Runs `work` one step further down. */
export function descend(walk: Walk, step: Step, work: () => void): void {
  walk.path.push(step)
  work()
  walk.path.pop()
}
