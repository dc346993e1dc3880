import { objectIn } from '../../model/json.ts'
import {
  PRUNE_ANNOTATION,
  RELEASE_ANNOTATION,
  REPLACE_ANNOTATION,
  WAVE_ANNOTATION,
} from '../../model/labels.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { annotate } from './annotate.ts'

/** Annotations of Helm (helm.sh/docs/topics/charts_hooks). */
const HOOK = 'helm.sh/hook'
const WEIGHT = 'helm.sh/hook-weight'
const DELETE_POLICY = 'helm.sh/hook-delete-policy'
const RESOURCE_POLICY = 'helm.sh/resource-policy'

/** When a hook runs: before or after all else, at each change or once; never for what Reeve does not do. */
export type HookTime = 'before' | 'after' | 'never'

/** Hooks come before and after the waves that manifests can have by themselves. */
const BEFORE_WAVE = -9_000
const AFTER_WAVE = 9_000
/** A finished Job stays for so many seconds where Helm would delete it at once, so that people can look. */
const FINISHED_SECONDS = 300

const BEFORE: ReadonlySet<string> = new Set(['pre-install', 'pre-upgrade'])
const AFTER: ReadonlySet<string> = new Set(['post-install', 'post-upgrade'])

/** Whether an object is a hook of Helm, and when it runs. */
export function hookTime(object: KubernetesObject): HookTime | undefined {
  const events = eventsOf(object)
  if (events === undefined || events.includes('crd-install')) return undefined
  if (events.some((event) => BEFORE.has(event))) return 'before'
  return events.some((event) => AFTER.has(event)) ? 'after' : 'never'
}

/** Whether a hook runs when the release is installed, and never again. */
export function runsOnce(object: KubernetesObject): boolean {
  return !(eventsOf(object) ?? []).some((event) => event.endsWith('-upgrade'))
}

export function weightOf({ metadata: { annotations } }: KubernetesObject): number {
  const weight = Number(annotations?.[WEIGHT] ?? 0)
  return Number.isSafeInteger(weight) ? weight : 0
}

/**
 * A hook as an object that Reeve applies in its wave: a Job or Pod of another release replaces the one
 * before (before-hook-creation); one that is deleted when it has succeeded goes by its TTL.
 *
 * @param weights of all hooks of its time, in ascending order
 * @param release digest of all that the chart rendered
 */
export function asWave(
  object: KubernetesObject,
  time: 'before' | 'after',
  weights: readonly number[],
  release: string,
): KubernetesObject {
  const wave = (time === 'before' ? BEFORE_WAVE : AFTER_WAVE) + weights.indexOf(weightOf(object))
  const isRun = object.kind === 'Job' || object.kind === 'Pod'
  const annotated = annotate(object, {
    [WAVE_ANNOTATION]: String(wave),
    ...(isRun && { [REPLACE_ANNOTATION]: 'true' }),
  })
  return object.kind === 'Job' ? jobOf(annotated, release) : annotated
}

/** What Helm keeps when it is no longer in the chart, Reeve keeps. */
export function withResourcePolicy(object: KubernetesObject): KubernetesObject {
  const isKept = object.metadata.annotations?.[RESOURCE_POLICY] === 'keep'
  return isKept ? annotate(object, { [PRUNE_ANNOTATION]: 'false' }) : object
}

function eventsOf({ metadata: { annotations } }: KubernetesObject): readonly string[] | undefined {
  const text = annotations?.[HOOK]
  return text?.split(',').map((event) => event.trim())
}

function jobOf(job: KubernetesObject, release: string): KubernetesObject {
  const spec = objectIn(job.spec)
  const template = objectIn(spec.template)
  const metadata = objectIn(template.metadata)
  const annotations = { ...objectIn(metadata.annotations), [RELEASE_ANNOTATION]: release }
  const goes = job.metadata.annotations?.[DELETE_POLICY]?.includes('hook-succeeded') === true
  return {
    ...job,
    spec: {
      ...(goes && { ttlSecondsAfterFinished: FINISHED_SECONDS }),
      ...spec,
      template: { ...template, metadata: { ...metadata, annotations } },
    },
  }
}
