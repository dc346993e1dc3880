import type { Hook, HookTime } from '../../../model/hook.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { objectIn } from '../../../model/json.ts'
import { FIRST_WAVE, RELEASE_ANNOTATION, REPLACE_ANNOTATION, WAVE_ANNOTATION } from '../../../model/labels.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { ReleaseRevision } from '../../../model/release.ts'
import { annotate } from './annotate.ts'

/** The objects of a release, with hooks in their waves. */
export interface PlacedHooks {
  readonly objects: readonly DeclaredObject[]
  /** Hooks of the installation in an upgrade: what they left is kept as it is. */
  readonly leftAlone: readonly DeclaredObject[]
}

/** Hooks run before and after the waves of manifests. */
const BEFORE_WAVE = -9_000
const AFTER_WAVE = 9_000
/** Time for which a finished Job that is to go stays, in seconds, so that people can inspect it. */
const FINISHED_SECONDS = 300

/**
 * Puts the hooks of a release in waves before and after everything else, by their weights: those of the
 * installation in the first revision, those of upgrades in later ones. A Job or Pod runs once in each release.
 */
export function placeHooks(
  declared: readonly DeclaredObject[],
  hookOf: (object: KubernetesObject) => Hook | undefined,
  { digest, revision }: ReleaseRevision,
): PlacedHooks {
  const event = revision > 1 ? 'upgrade' : 'install'
  const read = declared.map((one) => ({ one, hook: hookOf(one.object) }))
  const hooks = read.flatMap(({ hook }) => hook ?? [])
  const weights = { before: weightsAt('before', event, hooks), after: weightsAt('after', event, hooks) }
  const objects: DeclaredObject[] = []
  const leftAlone: DeclaredObject[] = []
  for (const { one, hook } of read) {
    const time = hook?.[event]
    if (hook === undefined) objects.push({ ...one, object: inOrder(one.object, weights.before.length > 0) })
    else if (time !== undefined) {
      const wave = (time === 'before' ? BEFORE_WAVE : AFTER_WAVE) + weights[time].indexOf(hook.weight)
      objects.push({ ...one, object: asHook(one.object, hook, wave, digest) })
    } else if (event === 'upgrade' && hook.install !== undefined) leftAlone.push(one)
  }
  return { objects, leftAlone }
}

/** The weights of the hooks of a time, in ascending order. */
function weightsAt(time: HookTime, event: 'install' | 'upgrade', hooks: readonly Hook[]): readonly number[] {
  const weights = hooks.filter((hook) => hook[event] === time).map(({ weight }) => weight)
  return [...new Set(weights)].sort((a, b) => a - b)
}

/** Definitions are installed before any hook. */
function inOrder(object: KubernetesObject, hasHooksBefore: boolean): KubernetesObject {
  const isDefinition = object.kind === 'CustomResourceDefinition'
  return isDefinition && hasHooksBefore ? annotate(object, { [WAVE_ANNOTATION]: FIRST_WAVE }) : object
}

/** A Job or Pod of another release replaces the one before. */
function asHook(object: KubernetesObject, hook: Hook, wave: number, digest: string): KubernetesObject {
  const isRun = object.kind === 'Job' || object.kind === 'Pod'
  const annotated = annotate(object, {
    [WAVE_ANNOTATION]: String(wave),
    ...(isRun && { [REPLACE_ANNOTATION]: 'true', [RELEASE_ANNOTATION]: digest }),
  })
  if (object.kind !== 'Job' || !hook.goesWhenDone) return annotated
  return { ...annotated, spec: { ttlSecondsAfterFinished: FINISHED_SECONDS, ...objectIn(annotated.spec) } }
}
