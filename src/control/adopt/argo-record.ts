import { type Fault, fault } from '../../model/fault.ts'
import { describeOwner, type FormerOwner } from '../../model/former-owner.ts'
import { isJsonArray, isJsonObject, objectIn, textIn } from '../../model/json.ts'
import type { LiveObject, ObjectKey } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { OwnerRecord } from './owner-record.ts'

/** Record of Argo CD: whether the Application syncs automatically, and its objects (status.resources). */
export async function argoRecord(owner: FormerOwner, { client, kinds }: ClusterView): Promise<OwnerRecord> {
  const resource = kinds.preferred('argoproj.io', 'Application')
  if (resource === undefined) return { owner, objects: [] }
  const fieldSelector = `metadata.name=${owner.name}`
  const within = owner.namespace === '' ? {} : { namespace: owner.namespace }
  const { items } = await client.list(resource, { fieldSelector, ...within })
  const active = items.find(isAutomated)
  return {
    owner,
    objects: items.flatMap(resourcesOf),
    ...(active && { fault: stillActive(owner, active) }),
  }
}

/** `spec.syncPolicy.automated` turns it on, unless that says `enabled: false`. */
function isAutomated({ spec }: LiveObject): boolean {
  const { automated } = objectIn(objectIn(spec).syncPolicy)
  return isJsonObject(automated) && automated.enabled !== false
}

function stillActive(owner: FormerOwner, { metadata }: LiveObject): Fault {
  const at = metadata.namespace ? ` --app-namespace ${metadata.namespace}` : ''
  const command = `argocd app set ${owner.name}${at} --sync-policy none`
  return fault('owner-active', `${describeOwner(owner)}: ${command}`)
}

function resourcesOf({ status }: LiveObject): readonly ObjectKey[] {
  const { resources } = objectIn(status)
  if (!isJsonArray(resources)) return []
  return resources.filter(isJsonObject).map(({ group, kind, namespace, name }) => ({
    group: textIn(group),
    kind: textIn(kind),
    namespace: textIn(namespace),
    name: textIn(name),
  }))
}
