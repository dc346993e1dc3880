import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import { gvkOf } from '../../model/object.ts'
import { allows, type Resource } from '../../model/schema.ts'

/** Verbs that a kind needs so that Reeve can keep its objects as declared. */
const NEEDED_VERBS = ['list', 'watch', 'create', 'patch', 'delete']

type Kinds = readonly string[] | 'all'

/**
 * Kubernetes kinds that are questions, actions or computed views: none of their objects is stored. `all`
 * covers every kind of a group.
 */
const WELL_KNOWN: ReadonlyMap<string, Kinds> = new Map<string, Kinds>([
  ['', ['Binding', 'ComponentStatus']],
  ['authentication.k8s.io', ['SelfSubjectReview', 'TokenRequest', 'TokenReview']],
  [
    'authorization.k8s.io',
    ['LocalSubjectAccessReview', 'SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  ],
  ['autoscaling', ['Scale']],
  ['policy', ['Eviction']],
  ['admission.k8s.io', ['AdmissionReview']],
  ['apiextensions.k8s.io', ['ConversionReview']],
  ['imagepolicy.k8s.io', ['ImageReview']],
  ['metrics.k8s.io', 'all'],
  ['custom.metrics.k8s.io', 'all'],
  ['external.metrics.k8s.io', 'all'],
])

/**
 * The reason why an object cannot be kept in any cluster; undefined where it can.
 *
 * @param served how the cluster serves its kind; undefined where it does not, or without a cluster
 */
export function unmanageableKind({ object, origin }: DeclaredObject, served?: Resource): Fault | undefined {
  const lacks = served ? NEEDED_VERBS.filter((verb) => !allows(served, verb)) : []
  if (lacks.length === 0 && (served || !isWellKnown(object))) return undefined
  const why = lacks.length === 0 ? '' : `; its API has no ${lacks.join(', ')}`
  return fault('unmanageable-kind', `${object.apiVersion} ${object.kind}${why}`, {
    location: { file: origin.file, line: origin.line },
  })
}

function isWellKnown(object: DeclaredObject['object']): boolean {
  const { group, kind } = gvkOf(object)
  const kinds = WELL_KNOWN.get(group)
  return kinds === 'all' || kinds?.includes(kind) === true
}
