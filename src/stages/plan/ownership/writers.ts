import { FIELD_MANAGER } from '../../../model/labels.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { FieldNodes } from '../merge/fields-v1.ts'
import type { OwnedFields } from '../merge/leave.ts'
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts'

/**
 * Tools that apply whole manifests. An object has one such owner at a time: once it is Reeve's, their earlier
 * writes protect nothing from removal.
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

/** Fields that Reeve wrote, by metadata.managedFields. */
export function reeveFields(live: KubernetesObject): FieldNodes {
  return managedFieldsOf(live)
    .filter(({ manager }) => manager === FIELD_MANAGER)
    .map(({ fields }) => fields)
}

/** Fields that others (controllers, webhooks, people) wrote and keep, without status. */
export function foreignFields(live: KubernetesObject): readonly OwnedFields[] {
  return managedFieldsOf(live)
    .filter(({ manager }) => manager !== FIELD_MANAGER && !DEPLOYERS.has(manager))
    .map(owned)
}

/** Fields that these managers wrote and keep. */
export function fieldsOfManagers(
  live: KubernetesObject,
  managers: ReadonlySet<string>,
): readonly OwnedFields[] {
  return managedFieldsOf(live)
    .filter(({ manager }) => managers.has(manager))
    .map(owned)
}

/**
 * Fields that deployers declared by server-side apply. Their other writes are no usable record: they also own
 * the server's defaults.
 */
export function deployerFields(live: KubernetesObject): readonly ManagedFields[] {
  return managedFieldsOf(live).filter(
    ({ manager, operation }) => DEPLOYERS.has(manager) && operation === 'Apply',
  )
}

/** Whether one of these tools wrote it. */
export function hasDeployer(live: KubernetesObject): boolean {
  return managedFieldsOf(live).some(({ manager }) => DEPLOYERS.has(manager))
}

function owned({ manager, fields }: ManagedFields): OwnedFields {
  return { why: { reason: 'owned', manager }, fields }
}
