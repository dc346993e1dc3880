import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { FIELD_MANAGER } from '../../model/labels.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { type FieldNodes, isLeaf } from '../merge/fields-v1.ts'

/**
 * Tools that apply whole manifests. An object has one such owner at a time: once it is Reeve's, what
 * they wrote before protects nothing from being removed.
 */
const DEPLOYERS: ReadonlySet<string> = new Set([
  'argocd-application-controller',
  'argocd-controller',
  'before-first-apply',
  'helm',
  'helm-controller',
  'kubectl',
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-replace',
  'kustomize-controller',
])

/** What Reeve wrote, by metadata.managedFields. */
export function reeveFields(live: KubernetesObject): FieldNodes {
  return fieldsOf(live, (entry) => entry.manager === FIELD_MANAGER)
}

/** What others wrote and keep: controllers, webhooks, people. Not what is in status. */
export function foreignFields(live: KubernetesObject): FieldNodes {
  return fieldsOf(
    live,
    ({ manager }) => typeof manager === 'string' && manager !== FIELD_MANAGER && !DEPLOYERS.has(manager),
  )
}

/**
 * What a deployer declared by server-side apply. Its other writes are of no use as a record: they
 * own what the server defaulted, too.
 */
export function deployerFields(live: KubernetesObject): FieldNodes {
  return fieldsOf(
    live,
    ({ manager, operation }) =>
      typeof manager === 'string' && DEPLOYERS.has(manager) && operation === 'Apply',
  )
}

/** Who else wrote the object last, such as `kubectl-edit`; undefined where nobody did. */
export function lastOtherWriter({ metadata }: KubernetesObject): string | undefined {
  const others = (metadata.managedFields ?? [])
    .filter(({ manager, subresource }) => manager !== FIELD_MANAGER && subresource !== 'status')
    .sort((a, b) => String(b.time).localeCompare(String(a.time)))
  const manager = others[0]?.manager
  return typeof manager === 'string' ? manager : undefined
}

function fieldsOf(live: KubernetesObject, wanted: (entry: JsonObject) => boolean): FieldNodes {
  return (live.metadata.managedFields ?? [])
    .filter((entry) => isJsonObject(entry) && entry.subresource !== 'status' && wanted(entry))
    .map((entry) => entry.fieldsV1)
    .filter((fields) => isJsonObject(fields))
    .filter((fields) => !isLeaf(fields))
}
