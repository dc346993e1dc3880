import { hash } from 'node:crypto'
import type { DeclaredObject } from '../../../model/installation.ts'
import { FIRST_WAVE, WAVE_ANNOTATION } from '../../../model/labels.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import type { IgnoreRule } from '../../../model/rules.ts'
import { annotate } from './annotate.ts'
import { asWave, type HookTime, type HookTimes, hookTimes, weightOf } from './hooks.ts'

/** A release as objects of an installation, with their ignore rules. */
export interface ReleaseObjects {
  readonly objects: readonly DeclaredObject[]
  readonly ignore: readonly IgnoreRule[]
}

/**
 * The objects that a chart rendered, with hooks in waves before and after the rest, by their weights; only
 * hooks for installing and upgrading. A hook that runs only at the installation is applied once and then
 * ignored.
 */
export function releaseObjects(rendered: readonly DeclaredObject[]): ReleaseObjects {
  const timed = rendered.map((declared) => ({ declared, times: hookTimes(declared.object) }))
  const hooks = timed.flatMap(({ declared, times }) =>
    times === undefined || times === 'never' ? [] : [{ declared, times }],
  )
  const weights = { before: weightsOf(hooks, 'before'), after: weightsOf(hooks, 'after') }
  const release = hash('sha256', JSON.stringify(rendered.map(({ object }) => object))).slice(0, 16)
  const objects = timed.flatMap(({ declared, times }): readonly DeclaredObject[] => {
    const { object } = declared
    if (times === 'never') return []
    if (times === undefined) return [{ ...declared, object: inOrder(object, weights.before.length > 0) }]
    const digest = times.upgrade === undefined ? '' : release
    return [{ ...declared, object: asWave(object, times, weights, digest) }]
  })
  const once = hooks.filter(({ times }) => times.upgrade === undefined)
  return { objects, ignore: once.map(({ declared }) => leftAfterwards(declared)) }
}

interface Hook {
  readonly declared: DeclaredObject
  readonly times: HookTimes
}

/** Helm installs definitions before any hook. */
function inOrder(object: KubernetesObject, hasHooksBefore: boolean): KubernetesObject {
  const isDefinition = object.kind === 'CustomResourceDefinition'
  return isDefinition && hasHooksBefore ? annotate(object, { [WAVE_ANNOTATION]: FIRST_WAVE }) : object
}

function weightsOf(hooks: readonly Hook[], time: HookTime): readonly number[] {
  const some = hooks.filter(({ times }) => times.install === time || times.upgrade === time)
  return [...new Set(some.map(({ declared }) => weightOf(declared.object)))].sort((a, b) => a - b)
}

/** The whole object is set once, when it is created. */
function leftAfterwards({ object }: DeclaredObject): IgnoreRule {
  const { group, kind } = gvkOf(object)
  return { objects: { group, kind, name: object.metadata.name }, fields: [''], managers: [], once: [] }
}
