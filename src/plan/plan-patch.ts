import { APPLIED_ANNOTATION } from '../model/labels.ts'
import type { KubernetesObject, LiveObject } from '../model/object.ts'
import type { ObjectPlan, PatchOperation } from '../model/plan.ts'
import { type Applied, appliedOf, formatApplied } from './applied.ts'
import { desiredWith } from './desired.ts'
import { differences, type MergeBase, merge } from './merge/merge.ts'
import { escapeToken } from './merge/pointer.ts'
import { isSettled, nothingSettled, settledDigest } from './merge/settled.ts'
import { adoptionBase, LAST_APPLIED_ANNOTATION } from './ownership/adoption-base.ts'
import { foreignFields, reeveFields } from './ownership/writers.ts'
import type { PlanObjectInput } from './plan-object.ts'

type Input = PlanObjectInput & { readonly live: LiveObject }
type Operations = readonly PatchOperation[]

/**
 * The commit whose declaration of the object is the merge base. Undefined where it is not needed:
 * nothing was applied yet, or what was applied is what is declared now (`digest`).
 */
export function baseCommit(live: KubernetesObject, digest: string): string | undefined {
  const applied = appliedOf(live)
  return applied && applied.digest !== digest ? applied.commit : undefined
}

/** Brings a live object that may be written to what Git declares: a guarded patch, or nothing. */
export function planPatch(input: Input, adopts: boolean): ObjectPlan {
  const { resolved, owner, live } = input
  const { key, origin } = resolved
  const applied = adopts ? undefined : appliedOf(live)
  const isApplied = applied?.digest === resolved.digest
  const operations = isApplied ? healing(input, applied) : applying(input, adopts)
  if (operations.length === 0) return { action: 'unchanged', key, origin, live }
  const desired = desiredWith(
    resolved,
    owner,
    annotationAfter(operations) ?? formatApplied(nowApplied(input)),
  )
  return { action: 'patch', key, origin, live, desired, patch: [...guards(live), ...operations] }
}

/** A patch can never hit an object that it was not computed for (RFC 6902, test). */
function guards({ metadata }: LiveObject): Operations {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ]
}

/** Git says something new, or says it for the first time. */
function applying(input: Input, adopts: boolean): Operations {
  const { live } = input
  const declared = desiredWith(input.resolved, input.owner, formatApplied(nowApplied(input)))
  const operations = mergeWith(input, declared, mergeBase(input, adopts))
  const isRecorded = live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] !== undefined
  return adopts && isRecorded
    ? [...operations, { op: 'remove', path: annotationPointer(LAST_APPLIED_ANNOTATION) }]
    : operations
}

/**
 * Git says what it said when the object was last applied: base = declared, so nothing is removed.
 * The annotation stays as it is, whatever commit it names, unless something else has to be written.
 */
function healing(input: Input, applied: Applied): Operations {
  const { live, schema } = input
  const declared = desiredWith(input.resolved, input.owner, formatApplied(applied))
  const operations = mergeWith(input, declared, { kind: 'none' })
  const settled = input.settled ?? nothingSettled
  if (operations.length === 0 && settled.size === 0) return []
  const remaining = differences(declared, live, schema)
  if (operations.length > 0 && applied.settled === settledDigest(remaining) && applied.settled !== '')
    return []
  const known = settledDigest(remaining.filter((difference) => isSettled(settled, difference)))
  const next =
    operations.length > 0 ? { ...nowApplied(input), settled: known } : { ...applied, settled: known }
  const isKnown = formatApplied(next) === formatApplied(applied) || (operations.length === 0 && known === '')
  return isKnown ? operations : [...operations, annotate(next)]
}

function mergeWith(
  { live, schema, settled }: Input,
  declared: KubernetesObject,
  base: MergeBase,
): Operations {
  const foreign = base.kind === 'none' ? undefined : foreignFields(live)
  return merge({ declared, base, live, schema, settled, foreign })
}

function mergeBase({ live, base }: Input, adopts: boolean): MergeBase {
  if (adopts) return adoptionBase(live)
  if (base) return { kind: 'object', object: base }
  const fields = reeveFields(live)
  return fields.length > 0 ? { kind: 'fields', fields } : { kind: 'none' }
}

function nowApplied({ resolved, owner }: Input): Applied {
  return { commit: owner.commit, digest: resolved.digest, settled: '' }
}

function annotate(applied: Applied): PatchOperation {
  return { op: 'replace', path: annotationPointer(APPLIED_ANNOTATION), value: formatApplied(applied) }
}

function annotationPointer(name: string): string {
  return `/metadata/annotations/${escapeToken(name)}`
}

/** The annotation's text where the patch itself sets it. */
function annotationAfter(operations: Operations): string | undefined {
  const pointer = annotationPointer(APPLIED_ANNOTATION)
  const last = operations.findLast((operation) => operation.path === pointer)
  return last && 'value' in last && typeof last.value === 'string' ? last.value : undefined
}
