import { escapeToken } from '../../model/json-pointer.ts'
import { keepMarkOf } from '../../model/keep-mark.ts'
import { APPLIED_ANNOTATION, RELEASE_ANNOTATION } from '../../model/labels.ts'
import type { KubernetesObject, LiveObject } from '../../model/object.ts'
import type { IgnoredField, ObjectPlan, PatchOperation } from '../../model/plan.ts'
import { type Applied, appliedOf, formatApplied } from './applied.ts'
import { creatable, desiredWith } from './desired.ts'
import { leaveUnlessChanged } from './leave-unless-changed.ts'
import { differences, type MergeBase, type Merged, mergeLeaving } from './merge/merge.ts'
import { type FieldDifference, isSettled, nothingSettled, settledDigest } from './merge/settled.ts'
import { newMark, renewedMark } from './new-mark.ts'
import { isOwn, ownBase } from './own-objects.ts'
import { LAST_APPLIED_ANNOTATION } from './ownership/adoption-base.ts'
import { forgetMarks } from './ownership/forget-marks.ts'
import { foreignFields } from './ownership/writers.ts'
import { baseOf, sameBase } from './patch-base.ts'
import type { PlanObjectInput } from './plan-input.ts'

type Input = PlanObjectInput & {
  readonly live: LiveObject
  /** The object is taken over from another owner now. */
  readonly adopts: boolean
}
type Operations = readonly PatchOperation[]

/** Plans the update of a live object that Reeve may write: a guarded patch, or nothing. */
export function planPatch(input: Input): ObjectPlan {
  const { resolved, owner, live, adopts } = input
  const { key, origin } = resolved
  const applied = adopts ? undefined : appliedOf(live)
  const isApplied = applied?.digest === resolved.digest
  const then = adopts ? input.takeover?.recorded : input.base
  const { base, used } = isApplied ? sameBase(applied) : baseOf(live, then, adopts)
  const merged = isApplied ? healing(input, applied) : applying(input, base)
  const { operations, left } = input.takeover ? takingOver(input, merged) : merged
  const known = { key, origin, live, ...(left.length > 0 && { left }) }
  if (operations.length === 0) return { action: 'unchanged', ...known }
  const desired = desiredWith(resolved, owner, annotationAfter(operations) ?? formatApplied(nextMark(input)))
  return {
    action: 'patch',
    ...known,
    desired: creatable(desired, input.leave, input.schema),
    base: used,
    patch: [...guards(live), ...operations],
    ...(!isApplied && !adopts && isAnotherRun(live, desired) && { isReplacement: true }),
  }
}

/** Whether an object that runs once in each release is of another one, and may be replaced. */
function isAnotherRun(live: LiveObject, desired: KubernetesObject): boolean {
  const ran = live.metadata.annotations?.[RELEASE_ANNOTATION]
  const runs = desired.metadata.annotations?.[RELEASE_ANNOTATION]
  if (ran === undefined || runs === undefined || ran === runs) return false
  return keepMarkOf(live) === undefined && keepMarkOf(desired) === undefined
}

/** Guards, so that a patch never hits an object that it was not computed for (RFC 6902, test). */
function guards({ metadata }: LiveObject): Operations {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ]
}

/** Merges a declaration that is new or changed in Git. */
function applying(input: Input, base: MergeBase): Merged {
  const { live, adopts } = input
  const declared = desiredWith(input.resolved, input.owner, formatApplied(nextMark(input)))
  const leave = input.leave && leaveUnlessChanged(input.leave, input.resolved.object, base)
  const { operations, left } = mergeWith({ ...input, leave }, declared, ownBase(live, base) ?? base)
  const isRecorded = live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] !== undefined
  if (!adopts || !isRecorded) return { operations, left }
  const forget: PatchOperation = { op: 'remove', path: annotationPointer(LAST_APPLIED_ANNOTATION) }
  return { operations: [...operations, forget], left }
}

/** Adds the removal of the former owner's marks to a merge. */
function takingOver(input: Input, { operations, left }: Merged): Merged {
  const { live, resolved, takeover } = input
  const kept = takeover?.asItIs ? asItIs(input, operations) : operations
  return { operations: [...kept, ...forgetMarks(live, resolved.object, kept)], left }
}

/** Keeps only the changes of metadata. */
function asItIs(input: Input, operations: Operations): Operations {
  const { live, schema, leave } = input
  const inMetadata = operations.filter(({ path }) => path.startsWith('/metadata/'))
  const declared = desiredWith(input.resolved, input.owner, formatApplied(nextMark(input)))
  const remaining = differences(declared, live, schema, leave).filter(
    ({ pointer }) => !pointer.startsWith('/metadata/'),
  )
  if (remaining.length > 0) return inMetadata
  return [...inMetadata, annotate(nextMark(input))]
}

/**
 * Merges an unchanged declaration: base equals declared, so nothing is removed. The annotation stays as it
 * is, whatever revision it names, unless something else is written.
 */
function healing(input: Input, applied: Applied): Merged {
  const { live, schema, leave } = input
  const declared = desiredWith(input.resolved, input.owner, formatApplied(applied))
  const { operations, left } = mergeWith(input, declared, ownBase(live) ?? { kind: 'same' })
  const settled = input.settled ?? nothingSettled
  if (operations.length === 0 && settled.size === 0) return { operations, left }
  const remaining = differences(declared, live, schema, leave)
  if (operations.length > 0 && applied.settled === settledDigest(remaining) && applied.settled !== '')
    return { operations: [], left: [...left.filter(isUnsettled), ...remaining.map(asSettled)] }
  const known = settledDigest(remaining.filter((difference) => isSettled(settled, difference)))
  if (operations.length === 0 && (known === '' || known === applied.settled)) return { operations, left }
  const { resolved, owner } = input
  const next =
    operations.length > 0
      ? nextMark(input, known)
      : renewedMark({ ...applied, settled: known }, resolved, owner)
  const isSame = formatApplied(next) === formatApplied(applied)
  return { operations: isSame ? operations : [...operations, annotate(next)], left }
}

function asSettled(difference: FieldDifference): IgnoredField {
  return { ...difference, why: { reason: 'settled' } }
}

function isUnsettled({ why }: IgnoredField): boolean {
  return why.reason !== 'settled'
}

function mergeWith(
  { live, schema, settled, leave }: Input,
  declared: KubernetesObject,
  base: MergeBase,
): Merged {
  const knowsNone = base.kind === 'none' || base.kind === 'same'
  const foreign = knowsNone || isOwn(live) ? undefined : foreignFields(live)
  return mergeLeaving({ declared, base, live, schema, settled, foreign, leave })
}

/** The mark after this patch. */
function nextMark({ resolved, owner, live, adopts }: Input, settled = ''): Applied {
  const isTaken = adopts || appliedOf(live)?.isTaken === true
  return newMark(resolved, owner, { settled, ...(isTaken && { isTaken }) })
}

function annotate(applied: Applied): PatchOperation {
  return { op: 'replace', path: annotationPointer(APPLIED_ANNOTATION), value: formatApplied(applied) }
}

function annotationPointer(name: string): string {
  return `/metadata/annotations/${escapeToken(name)}`
}

/** The annotation's value if the patch sets it. */
function annotationAfter(operations: Operations): string | undefined {
  const pointer = annotationPointer(APPLIED_ANNOTATION)
  const last = operations.findLast((operation) => operation.path === pointer)
  return last && 'value' in last && typeof last.value === 'string' ? last.value : undefined
}
