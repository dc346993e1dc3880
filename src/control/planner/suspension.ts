import { objectIn } from '../../model/json.ts'
import { idOf } from '../../model/object.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { effectiveInstallation, type Member } from '../fleet/member.ts'

/** Who suspends an installation: Git, or somebody in the cluster, by its Installation object. */
export type Suspension = 'git' | 'cluster'

/**
 * Who suspends an installation now; undefined if it is not suspended. What `spec.suspended` of its
 * Installation object says holds until Git changes it. While Git's change is still to be written, it stays
 * suspended if either says so: the object is planned first.
 */
export function suspensionOf(member: Member, cache: Pick<LiveCache, 'get'>): Suspension | undefined {
  const isDeclared = effectiveInstallation(member).suspended === true
  const { document } = member
  const live = document && cache.get(idOf(document.key))
  if (document === undefined || live === undefined) return isDeclared ? 'git' : undefined
  const isLive = objectIn(live.spec).suspended === true
  const isWritten = appliedOf(live)?.digest === document.digest
  if (isDeclared && (isLive || !isWritten)) return 'git'
  return isLive ? 'cluster' : undefined
}
