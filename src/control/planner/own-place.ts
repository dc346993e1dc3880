import type { Cluster } from '../../adapters/cluster/cluster.ts'
import { leaseName } from '../../model/lease-name.ts'
import { idOf } from '../../model/object.ts'
import { INSTALLED_IN, OUTSIDE, type OwnPlace } from '../../model/tenancy.ts'
import { LEASES, SECRETS } from '../../model/well-known-resources.ts'
import { sealName } from '../seal/seal-key.ts'

/** What Reeve is in a cluster. @param repository name of the Repository */
export function ownPlace({ podNamespace }: Pick<Cluster, 'podNamespace'>, repository: string): OwnPlace {
  const namespace = podNamespace ?? INSTALLED_IN
  const objects = [namespace, OUTSIDE].flatMap((home) => [
    idOf({ group: LEASES.group, kind: LEASES.kind, namespace: home, name: leaseName(repository) }),
    idOf({ group: SECRETS.group, kind: SECRETS.kind, namespace: home, name: sealName(repository) }),
  ])
  return { namespace, objects: new Set(objects) }
}
