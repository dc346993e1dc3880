import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import type { OwnPlace } from '../../model/tenancy.ts'
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS } from '../../model/well-known-resources.ts'
import { type OwnRoles, ownRoles } from '../../stages/plan/tenancy/own-roles.ts'

/** Time that an answer counts, in milliseconds: many roles are written at once. */
const KEPT_MS = 5_000

/** Asks the cluster for the roles that Reeve is bound to; what Reeve may not list gives none. */
export function askOwnRoles(client: Pick<ClusterClient, 'list'>, own: OwnPlace): () => Promise<OwnRoles> {
  let answer: Promise<OwnRoles> | undefined
  let askedAt = 0
  return () => {
    if (answer !== undefined && Date.now() - askedAt < KEPT_MS) return answer
    askedAt = Date.now()
    answer = ask(client, own)
    answer.catch(() => {
      answer = undefined
    })
    return answer
  }
}

async function ask(client: Pick<ClusterClient, 'list'>, own: OwnPlace): Promise<OwnRoles> {
  const [bindings, wideBindings, roles] = await Promise.all([
    listed(client, ROLE_BINDINGS),
    listed(client, CLUSTER_ROLE_BINDINGS),
    listed(client, CLUSTER_ROLES),
  ])
  return ownRoles([...bindings, ...wideBindings], roles, own)
}

async function listed(
  client: Pick<ClusterClient, 'list'>,
  resource: Resource,
): Promise<readonly LiveObject[]> {
  try {
    const { items } = await client.list(resource, { map: withoutRules })
    return items
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error
    return []
  }
}

function withoutRules({ rules: _, ...object }: LiveObject): LiveObject {
  return object
}
