import { gvkOf } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { Member, Target } from '../fleet/member.ts'

/** Kinds that run nothing, and that a Job may need. */
const NEEDED: ReadonlySet<string> = new Set([
  '/Namespace',
  '/ServiceAccount',
  '/Secret',
  '/ConfigMap',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
])

/**
 * What of an installation is there before its first hooks run: what these may need, and nothing that runs. Undefined
 * where all of it was once as declared, so that there is something to stay at.
 */
export function preparationOf(
  { attempted, target }: Pick<Member, 'attempted' | 'target'>,
  record: InstallationStatus | undefined,
): Target | undefined {
  if (target === undefined || lastSyncedRevision(record) !== undefined) return undefined
  const objects = attempted.objects.filter(({ object }) => {
    const { group, kind } = gvkOf(object)
    return NEEDED.has(`${group}/${kind}`)
  })
  return { installation: { ...attempted, objects }, revision: target.revision, isPreparation: true }
}
