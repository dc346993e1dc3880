import { ARGO_SYNC_OPTIONS, annotationOf, FLUX_FORCE, isMarked, wordsOf } from '../../../model/marks.ts'
import type { KubernetesObject } from '../../../model/object.ts'

/**
 * Options of Argo CD without an equivalent. The others are honoured, mean what Reeve does anyway, or concern only
 * Argo CD's own view: ServerSideApply, SkipDryRunOnMissingResource, PruneLast, RespectIgnoreDifferences,
 * CreateNamespace, ApplyOutOfSyncOnly, compare-options.
 */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['Replace=true', 'Reeve merges, so fields that others set stay'],
  [
    'Force=true',
    'Reeve deletes and creates an object again only where the live object cannot be changed as declared, and only with reeve.dev/replace: "true"',
  ],
  ['Validate=false', "Reeve checks each field by the cluster's schema"],
])

interface Told {
  readonly annotation: string
  /** Its value; any without. */
  readonly value?: string
  readonly instead: string
}

const MARKS: readonly Told[] = [
  {
    annotation: FLUX_FORCE,
    value: 'enabled',
    instead: 'the equivalent in Reeve is reeve.dev/replace: "true"',
  },
  {
    annotation: 'argocd.argoproj.io/ignore-healthcheck',
    value: 'true',
    instead: "the object's health counts for its installation",
  },
  {
    annotation: 'config.kubernetes.io/depends-on',
    instead: 'the equivalents in Reeve are reeve.dev/wave and dependsOn of an Installation',
  },
  {
    annotation: 'kapp.k14s.io/change-rule',
    instead: 'the equivalents in Reeve are reeve.dev/wave and dependsOn of an Installation',
  },
  { annotation: 'kapp.k14s.io/noop', instead: 'Reeve applies the object' },
  { annotation: 'kapp.k14s.io/exists', instead: 'Reeve applies the object' },
]

/** Marks of other tools on an object that have no equivalent, each with what Reeve does instead. */
export function toldMarks(object: KubernetesObject): readonly string[] {
  const options = wordsOf(object, ARGO_SYNC_OPTIONS).flatMap((word) => {
    const instead = OPTIONS.get(word)
    return instead === undefined ? [] : [`${ARGO_SYNC_OPTIONS}: ${word}; ${instead}`]
  })
  const marks = MARKS.filter(({ annotation, value }) =>
    value === undefined
      ? annotationOf(object, annotation) !== undefined
      : isMarked(object, annotation, value),
  )
  return [...options, ...marks.map(({ annotation, instead }) => `${annotation}; ${instead}`)]
}
