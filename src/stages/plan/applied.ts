import { APPLIED_ANNOTATION } from '../../model/labels.ts'
import { type KubernetesObject, keyOf } from '../../model/object.ts'
import { isWhole, type Revision } from '../../model/revision.ts'
import { boundTo } from './bound-to.ts'

/** The mark of an object: the content of its annotation reeve.dev/applied. */
export interface Applied {
  /** A revision that declares the object with this digest. */
  readonly revision: Revision
  /** digestOf the declared object. */
  readonly digest: string
  /** settledDigest of the differences that the server made; '' where there are none. */
  readonly settled: string
  /** boundTo the marked object; absent in marks of earlier versions of Reeve. */
  readonly bound?: string
  /** Proves that Reeve wrote the mark (Sealer); absent where it had no key. */
  readonly seal?: string
  /** The object was another owner's before. */
  readonly isTaken?: true
}

/**
 * Whether Reeve marked an object. Controllers copy labels to the objects they create, but not annotations.
 */
export function isApplied({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[APPLIED_ANNOTATION] !== undefined
}

const COMMIT = '[0-9a-f]{40}|[0-9a-f]{64}'
const REVISION = `(${COMMIT})(?:\\+(${COMMIT})(?:@([a-z0-9.-]{1,253}))?)?`
const SYNTAX = new RegExp(
  `^${REVISION}\\.([\\w-]{16})(?:\\.([\\w-]{10}))?(?:~([\\w-]{8})(?:~([\\w-]{22}))?)?(~taken)?$`,
)

/**
 * Reads `<revision>.<digest>[.<settled>][~<bound>[~<seal>]][~taken]`; the revision is `<commit>`, or
 * `<own>+<inherited>[@<group>]`. Undefined where there is no annotation, or one that Reeve did not write.
 */
export function parseApplied(annotation: string | undefined): Applied | undefined {
  const match = typeof annotation === 'string' ? SYNTAX.exec(annotation) : null
  if (!match) return undefined
  const [, own = '', inherited = own, group, digest = '', settled = '', bound, seal, taken] = match
  return {
    revision: { own, inherited, ...(group !== undefined && { group }) },
    digest,
    settled,
    ...(bound !== undefined && { bound }),
    ...(seal !== undefined && { seal }),
    ...(taken !== undefined && { isTaken: true }),
  }
}

export function formatApplied({ revision, digest, settled, bound, seal, isTaken }: Applied): string {
  const binding = bound === undefined ? '' : `~${bound}${seal === undefined ? '' : `~${seal}`}`
  const taken = isTaken ? '~taken' : ''
  return `${formatRevision(revision)}.${digest}${settled === '' ? '' : `.${settled}`}${binding}${taken}`
}

/** Formats a revision as marks contain it. */
export function formatRevision(revision: Revision): string {
  const { own, inherited, group } = revision
  if (isWhole(revision)) return own
  return `${own}+${inherited}${group === undefined ? '' : `@${group}`}`
}

/** The mark on an object, even if it was made for another object: see markOf. */
export function appliedOf(live: KubernetesObject): Applied | undefined {
  return parseApplied(live.metadata.annotations?.[APPLIED_ANNOTATION])
}

/** The mark on an object; undefined if it was made for another object or by another Repository. */
export function markOf(live: KubernetesObject, repository: string): Applied | undefined {
  const applied = appliedOf(live)
  return applied && isMarkOf(applied, live, repository) ? applied : undefined
}

/** Whether an object has another one's mark: it was copied, or another Repository applied it. */
export function isCopy(live: KubernetesObject, repository: string): boolean {
  const applied = appliedOf(live)
  return applied !== undefined && !isMarkOf(applied, live, repository)
}

/** Whether a mark may belong to this object; marks of earlier versions of Reeve do not name their object. */
function isMarkOf({ bound }: Applied, live: KubernetesObject, repository: string): boolean {
  return bound === undefined || bound === boundTo(repository, keyOf(live))
}
