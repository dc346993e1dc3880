import { ApiError } from '../../adapters/cluster/api-error.ts'
import { describeOwner } from '../../model/former-owner.ts'
import { type InstallationNotice, notice } from '../../model/notice.ts'
import { idOf } from '../../model/object.ts'
import { NO_TENANCY } from '../../model/tenancy.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { render } from '../../stages/render/render.ts'
import { renderingsOf } from '../fleet/fleet.ts'
import type { Member } from '../fleet/member.ts'
import type { Planning } from '../planner/plan-session.ts'
import { type HelmRelease, helmReleasesIn } from './helm-release.ts'

/**
 * Tells of a Helm release in the namespace of a chart's installation that has most of its objects by the names
 * that the chart gives them in a release of that name: the installation's own release is called otherwise.
 */
export async function otherRelease(
  member: Member,
  planning: Planning,
): Promise<readonly InstallationNotice[]> {
  const { name, location } = member.attempted
  const releases = await undeclaredReleases(member, planning)
  const shares = await Promise.all(
    releases.map(async (release) => ({ release, shared: await sharedWith(release, member, planning) })),
  )
  const [closest] = shares
    .filter(({ release, shared }) => shared > release.objects.length / 2)
    .toSorted((a, b) => b.shared - a.shared)
  if (closest === undefined) return []
  const { owner, objects } = closest.release
  const details = `${describeOwner(owner)} has ${closest.shared} of its ${objects.length} objects as the chart makes them with spec.releaseName: ${owner.name}`
  return [{ ...notice('other-release-name', details, location && { location }), installation: name }]
}

/** Releases in its namespace that no installation there is called like. */
async function undeclaredReleases(
  { attempted }: Member,
  { view, heads, namespace }: Planning,
): Promise<readonly HelmRelease[]> {
  if (attempted.releaseName === undefined) return []
  const home = attempted.namespace ?? namespace
  const here = heads.filter((other) => (other.namespace ?? namespace) === home)
  const declared = new Set(here.map(({ releaseName }) => releaseName))
  try {
    const releases = await helmReleasesIn(home, view)
    return releases.filter(({ owner }) => owner.namespace === home && !declared.has(owner.name))
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return []
    throw error
  }
}

/** Number of its objects that the chart would declare, and does not, in a release of that name. */
async function sharedWith(
  { owner, objects }: HelmRelease,
  member: Member,
  { fleet, view, namespace }: Planning,
): Promise<number> {
  const made = fleet.made.get(member.name)
  if (made === undefined || made.ready.length === 0) return 0
  const { declaration } = made.declared
  const releaseName = { text: owner.name, location: declaration.location ?? { file: '', line: 1 } }
  const renamed = await render(
    { ...declaration, releaseName },
    renderingsOf(made.ready, made.declared.declaration),
    {
      namespace,
      accounts: NO_TENANCY.accounts,
    },
  )
  const ids = new Set(resolve(renamed, view.kinds, { namespace }).objects.map(({ key }) => idOf(key)))
  return objects.map(idOf).filter((id) => ids.has(id) && !member.objects.has(id)).length
}
