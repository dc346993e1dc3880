import type { ApiRequest } from '../../src/sandbox/audit-log.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'

export interface Who {
  readonly user?: string
  readonly since: Date
}

/** What Reeve wrote of what it manages: all but its Lease, its key, and what it remembers of rollouts. */
export async function objectWrites(controlPlane: ControlPlane, who: Who): Promise<readonly ApiRequest[]> {
  const writes = await controlPlane.writes({ userAgent: 'reeve', ...who })
  return writes.filter((write) => write.resource !== 'leases' && !isOfKey(write) && !isOfRollout(write))
}

/** What it wrote of the Secret with the key that it seals marks with. */
export async function keyWrites(controlPlane: ControlPlane, who: Who): Promise<readonly ApiRequest[]> {
  const writes = await controlPlane.writes({ userAgent: 'reeve', ...who })
  return writes.filter(isOfKey)
}

function isOfRollout({ resource, name }: ApiRequest): boolean {
  return resource === 'configmaps' && /^reeve[.-].*-rollout-[0-9a-f]{16}$/.test(name)
}

function isOfKey({ resource, name }: ApiRequest): boolean {
  return resource === 'secrets' && /^reeve[.-].*-seal$/.test(name)
}

/** What it wrote of its Lease. */
export async function leaseWrites(controlPlane: ControlPlane, who: Who): Promise<readonly ApiRequest[]> {
  const writes = await controlPlane.writes({ userAgent: 'reeve', ...who })
  return writes.filter(({ resource }) => resource === 'leases')
}
