import type { DeclaredObject } from '../../../model/installation.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import {
  annotationOf,
  FLUX_DRIFT_DETECTION,
  FLUX_RECONCILE,
  FLUX_SSA,
  HELM_HOOK,
  isMarked,
} from '../../../model/marks.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import { describeKey, gvkOf, idOf, type KubernetesObject, keyOf } from '../../../model/object.ts'
import type { IgnoreRule } from '../../../model/rules.ts'
import { type ForeignHook, hookOfTools } from '../../declare/hook-of-tools.ts'
import { toolOf } from './objects-of-tools.ts'
import { toldMarks } from './told-marks.ts'

/** Objects after the marks of other tools are honoured. */
export interface Honoured {
  readonly objects: readonly DeclaredObject[]
  /** Declared, but not applied: Reeve leaves what is there as it is. */
  readonly leftAlone: readonly DeclaredObject[]
  /** Rules by which objects are only created, or not healed. */
  readonly ignore: readonly IgnoreRule[]
  readonly notices: readonly Notice[]
}

export interface HonourOptions {
  /** Default namespace of namespaced objects. */
  readonly namespace: string
  /** Whether Helm's hooks among the objects are already in their places. */
  readonly hasHelmHooks: boolean
}

/**
 * Honours the marks by which Helm, Argo CD, Flux and others are told how to treat an object, and tells about
 * those without an equal. (That an object is kept, and its wave, is read where it is needed: in
 * model/keep-mark.ts and model/wave.ts.)
 */
export function honourMarks(declared: readonly DeclaredObject[], options: HonourOptions): Honoured {
  const notices: Notice[] = []
  const leftAlone: DeclaredObject[] = []
  const ignore: IgnoreRule[] = []
  const objects = declared.filter((one) => {
    if (!mayBeMarked(one.object)) return true
    const treatment = treatmentOf(one, options)
    notices.push(...treatment.notices)
    if (treatment.isLeft) leftAlone.push(one)
    else ignore.push(...rulesFor(one.object, options))
    return !treatment.isLeft
  })
  return { objects, leftAlone, ignore, notices }
}

/** Names of the annotations and labels that are looked at. */
const FOREIGN =
  /^(?:helm\.sh\/hook|argocd\.argoproj\.io|kapp\.k14s\.io|config\.kubernetes\.io|(?:kustomize|helm)\.toolkit\.fluxcd\.io)/

/** Whether anything of another tool may be on an object: most have nothing. */
function mayBeMarked(object: KubernetesObject): boolean {
  const { annotations, labels } = object.metadata
  for (const names of [annotations, labels]) for (const name in names) if (FOREIGN.test(name)) return true
  return toolOf(object) !== undefined
}

interface Treatment {
  readonly isLeft: boolean
  readonly notices: readonly Notice[]
}

function treatmentOf(declared: DeclaredObject, { hasHelmHooks }: HonourOptions): Treatment {
  const { object } = declared
  const { group } = gvkOf(object)
  if (group === OWN_GROUP) return { isLeft: false, notices: [] }
  const left = leavingMark(object)
  if (left !== undefined) return { isLeft: true, notices: [tell('left-to-others', `by ${left}`, declared)] }
  const hook = isHelmHook(object) && hasHelmHooks ? undefined : hookOfTools(object)
  if (hook !== undefined)
    return {
      isLeft: !hook.isApplied,
      notices: [tell('hook-of-another-tool', describeHook(hook), declared)],
    }
  const tool = toolOf(object)
  return {
    isLeft: false,
    notices: [
      ...(tool === undefined ? [] : [tell('object-of-another-tool', `it is for ${tool}`, declared)]),
      ...toldMarks(object).map((mark) => tell('mark-of-another-tool', mark, declared)),
    ],
  }
}

function describeHook({ what, isApplied }: ForeignHook): string {
  return isApplied ? `${what}; it is applied with everything else` : `${what}; it is not applied`
}

function tell(
  code: Notice['code'],
  details: string,
  { object, origin: { file, line } }: DeclaredObject,
): Notice {
  const key = keyOf(object)
  return notice(code, `${describeKey(key)}: ${details}`, { location: { file, line }, object: idOf(key) })
}

/** The mark by which Flux leaves an object alone. */
function leavingMark(object: KubernetesObject): string | undefined {
  if (isMarked(object, FLUX_RECONCILE, 'disabled')) return `${FLUX_RECONCILE}: disabled`
  return isMarked(object, FLUX_SSA, 'Ignore') ? `${FLUX_SSA}: Ignore` : undefined
}

function isHelmHook(object: KubernetesObject): boolean {
  return annotationOf(object, HELM_HOOK) !== undefined
}

/** Flux only creates an object that is IfNotPresent; without drift detection, it only follows commits. */
function rulesFor(object: KubernetesObject, { namespace: home }: HonourOptions): readonly IgnoreRule[] {
  const isCreatedOnly = isMarked(object, FLUX_SSA, 'IfNotPresent')
  if (!isCreatedOnly && !isMarked(object, FLUX_DRIFT_DETECTION, 'disabled')) return []
  const { group, kind } = gvkOf(object)
  const { name, namespace } = object.metadata
  // Only a cluster knows whether a kind has namespaces.
  const namespaces = namespace ? [namespace] : ['', home]
  return namespaces.map((each) => ({
    objects: { group, kind, name, namespace: each },
    fields: isCreatedOnly ? WHOLE : [],
    once: isCreatedOnly ? [] : WHOLE,
    managers: [],
  }))
}

/** Pointer of the whole object. */
const WHOLE = ['']
