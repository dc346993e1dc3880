import type { Settings } from '../../model/settings.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Guard } from '../../stages/plan/tenancy/refusal-of.ts'
import { askOwnRoles } from './ask-own-roles.ts'
import { ownPlace } from './own-place.ts'

/** What the configuration allows in a cluster. */
export function guardOf(
  { tenancy, name }: Pick<Settings, 'tenancy' | 'name'>,
  { client, cluster }: ClusterView,
): Guard {
  const own = ownPlace(cluster, name)
  return { allow: tenancy.allow, own, askOwnRoles: askOwnRoles(client, own) }
}
