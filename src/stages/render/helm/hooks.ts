import { objectIn } from '../../../model/json.ts'
import {
  INSTALL_WAVE_ANNOTATION,
  RELEASE_ANNOTATION,
  REPLACE_ANNOTATION,
  WAVE_ANNOTATION,
} from '../../../model/labels.ts'
import { annotationOf, HELM_HOOK, wordsOf } from '../../../model/marks.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { annotate } from './annotate.ts'

/** Annotations of Helm (helm.sh/docs/topics/charts_hooks). */
const WEIGHT = 'helm.sh/hook-weight'
const DELETE_POLICY = 'helm.sh/hook-delete-policy'

/** Before or after all other objects. */
export type HookTime = 'before' | 'after'

/**
 * When a hook runs: at the installation, and at each upgrade, if at all. A hook that is only for upgrades
 * runs last in the installation: by then its dependencies exist.
 */
export interface HookTimes {
  readonly install: HookTime
  readonly upgrade: HookTime | undefined
}

/** Hooks run before and after the waves of manifests. */
const BEFORE_WAVE = -9_000
const AFTER_WAVE = 9_000
/**
 * Time that a finished Job stays where Helm would delete it at once, in seconds, so that people can inspect
 * it.
 */
const FINISHED_SECONDS = 300

/**
 * When a Helm hook runs; `never` for events that Reeve does not have; undefined for any other object, and for
 * the old event crd-install.
 */
export function hookTimes(object: KubernetesObject): HookTimes | 'never' | undefined {
  const events = eventsOf(object)
  if (events === undefined || events.includes('crd-install')) return undefined
  const timeAt = (event: 'install' | 'upgrade'): HookTime | undefined => {
    if (events.includes(`pre-${event}`)) return 'before'
    return events.includes(`post-${event}`) ? 'after' : undefined
  }
  const [install, upgrade] = [timeAt('install'), timeAt('upgrade')]
  return install || upgrade ? { install: install ?? 'after', upgrade } : 'never'
}

export function weightOf({ metadata: { annotations } }: KubernetesObject): number {
  const weight = Number(annotations?.[WEIGHT] ?? 0)
  return Number.isSafeInteger(weight) ? weight : 0
}

/** Weights of all hooks of a time, in ascending order. */
export type HookWeights = Readonly<Record<HookTime, readonly number[]>>

/**
 * A hook as an object that Reeve applies in its wave: a Job or Pod of another release replaces the previous
 * one (before-hook-creation); a Job with policy hook-succeeded is removed by its TTL.
 *
 * @param release digest of everything that the chart rendered
 */
export function asWave(
  object: KubernetesObject,
  { install, upgrade = install }: HookTimes,
  weights: HookWeights,
  release: string,
): KubernetesObject {
  const waveAt = (time: HookTime) =>
    String((time === 'before' ? BEFORE_WAVE : AFTER_WAVE) + weights[time].indexOf(weightOf(object)))
  const isRun = object.kind === 'Job' || object.kind === 'Pod'
  const annotated = annotate(object, {
    [WAVE_ANNOTATION]: waveAt(upgrade),
    ...(install !== upgrade && { [INSTALL_WAVE_ANNOTATION]: waveAt(install) }),
    ...(isRun && { [REPLACE_ANNOTATION]: 'true' }),
  })
  return object.kind === 'Job' ? jobOf(annotated, release) : annotated
}

function eventsOf(object: KubernetesObject): readonly string[] | undefined {
  return annotationOf(object, HELM_HOOK) === undefined ? undefined : wordsOf(object, HELM_HOOK)
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
