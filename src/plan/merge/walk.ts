import type { JsonValue } from '../../model/json.ts'
import type { PatchOperation } from '../../model/plan.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import type { FieldNodes } from './fields-v1.ts'
import { type Step, stablePointer, wirePointer } from './pointer.ts'
import { type FieldDifference, isSettled, type Settled } from './settled.ts'

/** One operation, and the difference it makes up for; none where a field is removed that Git no longer has. */
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

/** One merge under way: where it is and what it found. */
export interface Walk {
  readonly path: Step[]
  readonly changes: Change[]
  readonly settled: Settled
  /** What writers other than Reeve own, at the root. */
  readonly foreign: FieldNodes
  /** mergeValue itself, for the functions that it calls. */
  readonly mergeValue: MergeValue
}

/** The live value becomes the declared one, or the field is added where there is none. */
export function overlay(walk: Walk, declared: JsonValue, live: JsonValue | undefined): void {
  const path = wirePointer(walk.path)
  const op = live === undefined ? 'add' : 'replace'
  record(walk, { op, path, value: declared }, declared, live)
}

/** Git says null: the live field goes. */
export function erase(walk: Walk, live: JsonValue): void {
  record(walk, { op: 'remove', path: wirePointer(walk.path) }, null, live)
}

/** Git no longer says anything, and did before: the live field goes. */
export function remove(walk: Walk): void {
  walk.changes.push({
    operation: { op: 'remove', path: wirePointer(walk.path) },
    depth: walk.path.length,
  })
}

function record(
  walk: Walk,
  operation: PatchOperation,
  declared: JsonValue,
  live: JsonValue | undefined,
): void {
  const difference = { pointer: stablePointer(walk.path), declared, live }
  if (walk.settled.size > 0 && isSettled(walk.settled, difference)) return
  walk.changes.push({ operation, difference, depth: walk.path.length })
}

/** Does something one step further down. */
export function within(walk: Walk, step: Step, work: () => void): void {
  walk.path.push(step)
  work()
  walk.path.pop()
}
