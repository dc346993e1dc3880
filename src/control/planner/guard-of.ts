import type { Settings } from '../../model/settings.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Fence, Guard } from '../../stages/plan/tenancy/refusal-of.ts'
import { askOwnRoles } from './ask-own-roles.ts'
import { ownPlace } from './own-place.ts'

type Configured = Pick<Settings, 'tenancy' | 'name'>

/** What the configuration allows in a cluster. */
export function fenceOf({ tenancy, name }: Configured, { cluster }: ClusterView): Fence {
  return { allow: tenancy.allow, own: ownPlace(cluster, name) }
}

/** The same for what is written, which may be a role. */
export function guardOf(settings: Configured, view: ClusterView): Guard {
  const fence = fenceOf(settings, view)
  return { ...fence, askOwnRoles: askOwnRoles(view.client, fence.own) }
}
