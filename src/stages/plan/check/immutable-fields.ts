import { isDeepStrictEqual } from 'node:util'
import { isEstablished } from '../../../model/crd.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'
import type { Defect } from './defect.ts'
import { surelyDiffers } from './surely-differs.ts'

/** `group/Kind` → JSON pointers of fields that an update must not change (Kubernetes 1.36, validation). */
const IMMUTABLE: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps/Deployment', ['/spec/selector']],
  ['apps/ReplicaSet', ['/spec/selector']],
  ['apps/DaemonSet', ['/spec/selector']],
  ['apps/StatefulSet', ['/spec/selector', '/spec/serviceName', '/spec/podManagementPolicy']],
  ['batch/Job', ['/spec/selector', '/spec/completionMode', '/spec/podFailurePolicy']],
  ['rbac.authorization.k8s.io/RoleBinding', ['/roleRef']],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', ['/roleRef']],
  ['storage.k8s.io/StorageClass', ['/provisioner', '/parameters', '/reclaimPolicy', '/volumeBindingMode']],
  ['networking.k8s.io/IngressClass', ['/spec/controller']],
  ['scheduling.k8s.io/PriorityClass', ['/value', '/preemptionPolicy']],
  ['/Secret', ['/type']],
  ['/PersistentVolumeClaim', ['/spec/accessModes', '/spec/storageClassName', '/spec/volumeMode']],
  [
    'apiextensions.k8s.io/CustomResourceDefinition',
    ['/spec/group', '/spec/scope', '/spec/names/plural', '/spec/names/kind'],
  ],
])
/** Immutable fields of ConfigMaps and Secrets with `immutable: true` (core/v1): content and flag. */
const SEALABLE = ['/data', '/binaryData', '/immutable']

/** Fields that are compared exactly: the server does not restore a removed entry. */
const EXACT: ReadonlySet<string> = new Set(['/data', '/binaryData', '/immutable', '/parameters'])
/** Path below a selector. */
const MATCH_LABELS = '/matchLabels'

/**
 * Immutable fields that an update changes, for built-in kinds. A field that live lacks is left to the server,
 * because it may be settable once; so is a removed field that the server may restore.
 *
 * @param kind `group/Kind`
 */
export function immutableChanges(kind: string, after: JsonObject, live: JsonObject): readonly Defect[] {
  return pointersOf(kind, after, live)
    .filter((pointer) => isChanged(pointer, after, live))
    .map((pointer) => ({
      code: 'needs-replacement',
      pointer,
      message: 'field is immutable',
      isOfDecoding: false,
    }))
}

function pointersOf(kind: string, after: JsonObject, live: JsonObject): readonly string[] {
  if (kind === 'apiextensions.k8s.io/CustomResourceDefinition' && !isEstablished(live)) return []
  const isSealed = (kind === '/ConfigMap' || kind === '/Secret') && live.immutable === true
  return [
    ...(IMMUTABLE.get(kind) ?? []),
    ...(isSealed ? SEALABLE : []),
    ...(kind === 'batch/Job' && !isSuspended(live) && !isSuspended(after) ? ['/spec/template'] : []),
    ...(kind === 'apps/StatefulSet' ? claimFields(live) : []),
  ]
}

function isChanged(pointer: string, after: JsonObject, live: JsonObject): boolean {
  const [before, then] = [at(live, pointer), at(after, pointer)]
  if (before === undefined || before === null) return false
  if (EXACT.has(pointer)) return !isDeepStrictEqual(before, then)
  if (surelyDiffers(before, then)) return true
  const labels = pointer.endsWith('/selector') ? at(live, pointer + MATCH_LABELS) : undefined
  return labels !== undefined && !isDeepStrictEqual(labels, at(after, pointer + MATCH_LABELS))
}

/** Whether a Job is suspended: then its resources and scheduling may change. */
function isSuspended(job: JsonObject): boolean {
  return at(job, '/spec/suspend') === true
}

/** Immutable fields of the claim templates of a StatefulSet. */
function claimFields(live: JsonObject): readonly string[] {
  const claims = at(live, '/spec/volumeClaimTemplates')
  const count = isJsonArray(claims) ? claims.length : 0
  return Array.from({ length: count }, (_, index) =>
    ['metadata/name', 'spec/accessModes', 'spec/resources/requests/storage', 'spec/storageClassName'].map(
      (field) => `/spec/volumeClaimTemplates/${index}/${field}`,
    ),
  ).flat()
}

const SELECTING: ReadonlySet<string> = new Set([
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/DaemonSet',
  'apps/StatefulSet',
])

/** A workload must select the Pods of its own template. */
export function selectsOthers(kind: string, after: JsonObject): readonly Defect[] {
  if (!SELECTING.has(kind)) return []
  const wanted = at(after, '/spec/selector/matchLabels')
  const labels = at(after, '/spec/template/metadata/labels')
  if (!isJsonObject(wanted)) return []
  const given = isJsonObject(labels) ? labels : {}
  const isSelected = Object.entries(wanted).every(([name, value]) => given[name] === value)
  if (isSelected) return []
  const message = 'does not fit spec.selector.matchLabels'
  const pointer = '/spec/template/metadata/labels'
  return [{ code: 'invalid-field', pointer, message, isOfDecoding: false }]
}

function at(object: JsonObject, pointer: string): JsonValue | undefined {
  return valueAt(object, tokensOf(pointer))
}
