import type { Installation } from '../../model/installation.ts'
import { gvkOf } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'

/** What an installation is made from before and after a move; `from` is undefined where nothing is applied. */
export interface Parts {
  readonly from: Revision | undefined
  readonly to: Revision
  /** Its document names the commit that it inherits from. */
  readonly isPinned: boolean
}

/** A move of all of an installation. */
export interface WholeMove {
  readonly from: Installation | undefined
  readonly to: Installation
  /** Full id of a commit whose reviews count no more. */
  readonly since: string | undefined
}

export interface PartsContext {
  readonly from: Installation | undefined
  readonly to: Installation
  /** The installation at a revision; undefined if unavailable. */
  readonly at: (revision: Revision) => Promise<Installation | undefined>
  /** Whether both declare the same. */
  readonly isSame: (a: Installation, b: Installation) => boolean
  /** Whether merged reviews lead from the one to the other. */
  readonly isReached: (move: WholeMove) => Promise<boolean>
  /** Whether the one may follow the other, by reviews or without any. */
  readonly isAllowed: (move: WholeMove) => Promise<boolean>
}

/**
 * Whether a move follows from what was reviewed for whole commits, where an installation says itself what one commit
 * has and inherits what another has: each part moves between commits at which all of it was reviewed. No object comes
 * or goes that neither of them has come or go.
 */
export async function arePartsReviewed({ from: applied, to, isPinned }: Parts, context: PartsContext) {
  if (applied === undefined) return isBegunReviewed(to, context)
  const { from } = context
  const between =
    to.inherited === applied.inherited
      ? context.to
      : await context.at({ ...to, inherited: applied.inherited })
  if (from === undefined || between === undefined) return false
  const isOwnReviewed = await isStepReviewed({ from, to: between, since: applied.own }, to.own, context)
  if (!isOwnReviewed) return false
  const step = { from: between, to: context.to, since: applied.inherited }
  const isInheritedReviewed =
    (await isStepReviewed(step, to.inherited, context)) ||
    (!isPinned && (await isTakenBack(applied.inherited, to.inherited, context)))
  return isInheritedReviewed && (await hasOnlyReviewedObjects(from, to, context))
}

/** It says itself what was reviewed, and begins with what its group is at. */
async function isBegunReviewed({ own }: Revision, { to, at, isReached }: PartsContext): Promise<boolean> {
  const whole = await at(revisionAt(own))
  if (whole === undefined || !(await isReached({ from: undefined, to: whole, since: undefined })))
    return false
  const known = objectsOf(whole)
  return [...objectsOf(to)].every((object) => known.has(object))
}

/** @param commit that the part comes to; the one that it comes from is `since` */
async function isStepReviewed(
  { from, to, since }: WholeMove & { readonly from: Installation; readonly since: string },
  commit: string,
  { at, isSame, isReached, isAllowed }: PartsContext,
): Promise<boolean> {
  if (isSame(from, to) || (await isAllowed({ from, to, since }))) return true
  const [was, is] = await Promise.all([at(revisionAt(since)), at(revisionAt(commit))])
  if (was === undefined || is === undefined || groupOf(is) !== groupOf(to)) return false
  return isReached({ from: was, to: is, since })
}

/** What a rollout goes back from was reviewed as a step from there. */
async function isTakenBack(
  applied: string,
  commit: string,
  { at, isReached, from, to }: PartsContext,
): Promise<boolean> {
  const [was, is] = await Promise.all([at(revisionAt(applied)), at(revisionAt(commit))])
  if (was === undefined || is === undefined || !from || groupOf(from) !== groupOf(to)) return false
  return isReached({ from: is, to: was, since: commit })
}

async function hasOnlyReviewedObjects(
  before: Installation,
  { own, inherited }: Revision,
  { to, at }: PartsContext,
): Promise<boolean> {
  const wholes = await Promise.all([at(revisionAt(own)), at(revisionAt(inherited))])
  const [a, b] = wholes.map((whole) => objectsOf(whole))
  if (a === undefined || b === undefined) return false
  const [was, is] = [objectsOf(before), objectsOf(to)]
  const isKnown = (object: string) => was.has(object) || a.has(object) || b.has(object)
  const isToStay = (object: string) => !is.has(object) && a.has(object) && b.has(object)
  return [...is].every(isKnown) && ![...was].some(isToStay)
}

function objectsOf(installation: Installation | undefined): ReadonlySet<string> {
  const { objects = [] } = installation ?? {}
  return new Set(
    objects.map(({ object }) => {
      const { group, kind } = gvkOf(object)
      const { namespace = '', name } = object.metadata
      return JSON.stringify([group, kind, namespace, name])
    }),
  )
}

function groupOf({ groups }: Installation): string | undefined {
  return groups?.[0]
}
