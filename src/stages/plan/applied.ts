import { APPLIED_ANNOTATION } from '../../model/labels.ts'
import { type KubernetesObject, keyOf } from '../../model/object.ts'
import { isWhole, type Revision } from '../../model/revision.ts'
import { boundTo } from './bound-to.ts'

/** The mark of an object: what its annotation reeve.dev/applied says. */
export interface Applied {
  /** A revision that declares the object with this digest. */
  readonly revision: Revision
  /** digestOf the declared object. */
  readonly digest: string
  /** settledDigest of what the server made different; '' where nothing is. */
  readonly settled: string
  /** boundTo the object that it marks; absent in the marks of earlier Reeves. */
  readonly bound?: string
  /** By which the Reeve that wrote it knows it again (Sealer); absent where that had no key. */
  readonly seal?: string
}

/** Whether Reeve marked an object. Controllers copy labels to what they make, but not annotations. */
export function isApplied({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[APPLIED_ANNOTATION] !== undefined
}

const COMMIT = '[0-9a-f]{40}|[0-9a-f]{64}'
const REVISION = `(${COMMIT})(?:\\+(${COMMIT})(?:@([a-z0-9.-]{1,253}))?)?`
const SYNTAX = new RegExp(
  `^${REVISION}\\.([\\w-]{16})(?:\\.([\\w-]{10}))?(?:~([\\w-]{8})(?:~([\\w-]{22}))?)?$`,
)

/**
 * Reads `<revision>.<digest>[.<settled>][~<bound>[~<seal>]]`; the revision is `<commit>`, or
 * `<own>+<inherited>[@<group>]`. Undefined where there is no annotation, or none that Reeve wrote.
 */
export function parseApplied(annotation: string | undefined): Applied | undefined {
  const match = typeof annotation === 'string' ? SYNTAX.exec(annotation) : null
  if (!match) return undefined
  const [, own = '', inherited = own, group, digest = '', settled = '', bound, seal] = match
  return {
    revision: { own, inherited, ...(group !== undefined && { group }) },
    digest,
    settled,
    ...(bound !== undefined && { bound }),
    ...(seal !== undefined && { seal }),
  }
}

export function formatApplied({ revision, digest, settled, bound, seal }: Applied): string {
  const binding = bound === undefined ? '' : `~${bound}${seal === undefined ? '' : `~${seal}`}`
  return `${formatRevision(revision)}.${digest}${settled === '' ? '' : `.${settled}`}${binding}`
}

/** A revision as a mark has it. */
export function formatRevision(revision: Revision): string {
  const { own, inherited, group } = revision
  if (isWhole(revision)) return own
  return `${own}+${inherited}${group === undefined ? '' : `@${group}`}`
}

/** The mark that is on an object, whichever object it was made for: see markOf. */
export function appliedOf(live: KubernetesObject): Applied | undefined {
  return parseApplied(live.metadata.annotations?.[APPLIED_ANNOTATION])
}

/** The mark of an object. One that was made for another object, or by another Repository, is none. */
export function markOf(live: KubernetesObject, repository: string): Applied | undefined {
  const applied = appliedOf(live)
  return applied && isMarkOf(applied, live, repository) ? applied : undefined
}

/** Whether an object has the mark of another one: it was copied, or another Repository applied it. */
export function isCopy(live: KubernetesObject, repository: string): boolean {
  const applied = appliedOf(live)
  return applied !== undefined && !isMarkOf(applied, live, repository)
}

/** Whether a mark may be this object's: those of earlier Reeves do not say whose they are. */
function isMarkOf({ bound }: Applied, live: KubernetesObject, repository: string): boolean {
  return bound === undefined || bound === boundTo(repository, keyOf(live))
}
