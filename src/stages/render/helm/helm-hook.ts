import type { Hook, HookTime } from '../../../model/hook.ts'
import { annotationOf, HELM_HOOK, wordsOf } from '../../../model/marks.ts'
import type { KubernetesObject } from '../../../model/object.ts'

/** Annotations of Helm (helm.sh/docs/topics/charts_hooks). */
const WEIGHT = 'helm.sh/hook-weight'
const DELETE_POLICY = 'helm.sh/hook-delete-policy'

/**
 * The hook that an object of a chart is; undefined for any other object, and for the old event crd-install. A
 * hook of other events, such as tests and deletions, never runs.
 */
export function helmHook(object: KubernetesObject): Hook | undefined {
  if (annotationOf(object, HELM_HOOK) === undefined) return undefined
  const events = wordsOf(object, HELM_HOOK)
  if (events.includes('crd-install')) return undefined
  const timeAt = (event: 'install' | 'upgrade'): HookTime | undefined => {
    if (events.includes(`pre-${event}`)) return 'before'
    return events.includes(`post-${event}`) ? 'after' : undefined
  }
  return {
    install: timeAt('install'),
    upgrade: timeAt('upgrade'),
    weight: weightOf(object),
    goesWhenDone: wordsOf(object, DELETE_POLICY).includes('hook-succeeded'),
  }
}

function weightOf({ metadata: { annotations } }: KubernetesObject): number {
  const weight = Number(annotations?.[WEIGHT] ?? 0)
  return Number.isSafeInteger(weight) ? weight : 0
}
