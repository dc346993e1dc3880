import { APPLIED_ANNOTATION } from '../model/labels.ts'
import type { KubernetesObject } from '../model/object.ts'

/** What the annotation reeve.dev/applied says: `<commit>.<digest>` or `<commit>.<digest>.<settled>`. */
export interface Applied {
  /** Full id of a commit that declares the object with this digest. */
  readonly commit: string
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
  return { commit, digest, settled }
}

export function formatApplied({ commit, digest, settled }: Applied): string {
  return settled === '' ? `${commit}.${digest}` : `${commit}.${digest}.${settled}`
}

export function appliedOf(live: KubernetesObject): Applied | undefined {
  return parseApplied(live.metadata.annotations?.[APPLIED_ANNOTATION])
}
