import { APPLIED_ANNOTATION } from '../model/labels.ts'
import type { KubernetesObject } from '../model/object.ts'
import { type Revision, revisionAt } from '../model/revision.ts'

/** What the annotation reeve.dev/applied says: `<commit>.<digest>` or `<commit>.<digest>.<settled>`. */
export interface Applied {
  /** A revision that declares the object with this digest. */
  readonly revision: Revision
  /** digestOf the declared object. */
  readonly digest: string
  /** settledDigest of what the server made different; '' where nothing is. */
  readonly settled: string
}

const SYNTAX = /^([0-9a-f]{40}|[0-9a-f]{64})\.([\w-]{16})(?:\.([\w-]{10}))?$/

/** Undefined where there is no annotation, or none that Reeve wrote. */
export function parseApplied(annotation: string | undefined): Applied | undefined {
  const match = typeof annotation === 'string' ? SYNTAX.exec(annotation) : null
  if (!match) return undefined
  const [, commit = '', digest = '', settled = ''] = match
  return { revision: revisionAt(commit), digest, settled }
}

export function formatApplied({ revision: { own: commit }, digest, settled }: Applied): string {
  return settled === '' ? `${commit}.${digest}` : `${commit}.${digest}.${settled}`
}

export function appliedOf(live: KubernetesObject): Applied | undefined {
  return parseApplied(live.metadata.annotations?.[APPLIED_ANNOTATION])
}
