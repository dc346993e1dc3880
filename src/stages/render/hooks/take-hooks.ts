import { type Fault, fault } from '../../../model/fault.ts'
import { HOOK_EVENTS, type HookEvent } from '../../../model/hook-run.ts'
import type { DeclaredHook, DeclaredObject } from '../../../model/installation.ts'
import { HOOK_ANNOTATION, HOOK_WEIGHT_ANNOTATION } from '../../../model/labels.ts'
import { annotationOf, wordsOf } from '../../../model/marks.ts'
import { describeKey, gvkOf, type KubernetesObject, keyOf } from '../../../model/object.ts'
import { quoted } from '../../../model/quoted.ts'

/** What an installation declares, with its hooks apart. */
export interface TakenHooks {
  readonly objects: readonly DeclaredObject[]
  readonly hooks: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
}

/** Maximum number of hooks of an installation. */
const MOST = 100

/** Takes the Jobs and Pods out that run at a time of their own. */
export function takeHooks(declared: readonly DeclaredObject[]): TakenHooks {
  if (!declared.some(isHook)) return { objects: declared, hooks: [], faults: [] }
  const hooks = declared.filter(isHook)
  return {
    objects: declared.filter((each) => !isHook(each)),
    hooks,
    faults: [...hooks.flatMap(faultsOf), ...tooMany(hooks)],
  }
}

/** Whether an object is a hook of Reeve's. */
export function isHook({ object }: DeclaredObject): boolean {
  return annotationOf(object, HOOK_ANNOTATION) !== undefined
}

/** A hook as it is run; whatever is wrong with it was told. */
export function hookOf(declared: DeclaredObject): DeclaredHook {
  const { object } = declared
  return {
    declared,
    events: wordsOf(object, HOOK_ANNOTATION).filter(isEvent),
    weight: Number(annotationOf(object, HOOK_WEIGHT_ANNOTATION) ?? 0),
  }
}

/** How each ended is in the record of the installation. */
function tooMany(hooks: readonly DeclaredObject[]): readonly Fault[] {
  const first = hooks[MOST]
  if (first === undefined) return []
  const { file, line } = first.origin
  return [fault('invalid-hook', `an installation has at most ${MOST} hooks`, { location: { file, line } })]
}

function faultsOf({ object, origin: { file, line } }: DeclaredObject): readonly Fault[] {
  const events = wordsOf(object, HOOK_ANNOTATION)
  const unknown = events.filter((word) => !isEvent(word))
  const weight = annotationOf(object, HOOK_WEIGHT_ANNOTATION)
  const problems = [
    ...(isRun(object) ? [] : ['it is no Job (batch/v1) and no Pod']),
    ...(events.length === 0 ? ['it names no event'] : []),
    ...unknown.map((word) => `unknown event ${quoted(word)}, known are ${HOOK_EVENTS.join(', ')}`),
    ...(weight === undefined || /^-?\d{1,6}$/.test(weight)
      ? []
      : [`the weight ${quoted(weight)} is no whole number`]),
  ]
  const name = describeKey(keyOf(object))
  return problems.map((problem) => fault('invalid-hook', `${name}: ${problem}`, { location: { file, line } }))
}

function isRun(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return (group === 'batch' && kind === 'Job') || (group === '' && kind === 'Pod')
}

function isEvent(word: string): word is HookEvent {
  return HOOK_EVENTS.some((known) => known === word)
}
