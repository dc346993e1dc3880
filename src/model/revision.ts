import { isJsonObject, type JsonObject } from './json.ts'

/**
 * The source of an installation, or of one of its objects. Both commits are full ids, and usually the same.
 */
export interface Revision {
  /** The commit of its own documents. */
  readonly own: string
  /**
   * The commit of its inherited parts: layers and enforced values of groups, the template and its content.
   */
  readonly inherited: string
  /** The innermost group that it inherits from; absent where it is the group named at `own` itself. */
  readonly group?: string
}

/** The id of a commit in full, SHA-1 or SHA-256. */
export const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** A revision that is all of one commit. */
export function revisionAt(commit: string): Revision {
  return { own: commit, inherited: commit }
}

/** A revision whose inherited parts may be of another commit. @param group the innermost one; empty for none */
export function mixedRevision(own: string, inherited: string, group = ''): Revision {
  return own === inherited ? revisionAt(own) : { own, inherited, ...(group !== '' && { group }) }
}

/** Whether a revision is all of one commit, so that the commit alone identifies it. */
export function isWhole({ own, inherited, group }: Revision): boolean {
  return own === inherited && group === undefined
}

/** A revision in a document: the commit alone where that identifies it. */
export function revisionDocument(revision: Revision): string | JsonObject {
  if (isWhole(revision)) return revision.own
  const { own, inherited, group } = revision
  return { own, inherited, ...(group !== undefined && { group }) }
}

/** Reads a result of revisionDocument; undefined for anything else. */
export function readRevision(value: unknown): Revision | undefined {
  if (isCommitId(value)) return revisionAt(value)
  if (!isJsonObject(value)) return undefined
  const { own, inherited, group } = value
  if (!isCommitId(own) || !isCommitId(inherited)) return undefined
  return { own, inherited, ...(typeof group === 'string' && { group }) }
}

/** Whether it is the full id of a commit. */
export function isCommitId(value: unknown): value is string {
  return typeof value === 'string' && COMMIT_ID.test(value)
}

/** Describes a revision for people: `1a2b3c4d5e6f`, or `1a2b3c4d5e6f with production at 0f1e2d3c4b5a`. */
export function describeRevision(revision: Revision): string {
  const own = revision.own.slice(0, 12)
  if (isWhole(revision)) return own
  return `${own} with ${revision.group ?? 'its groups'} at ${revision.inherited.slice(0, 12)}`
}
