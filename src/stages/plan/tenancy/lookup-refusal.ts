import { type Fault, fault } from '../../../model/fault.ts'
import { SEAL_TYPE } from '../../../model/labels.ts'
import { describeKey, idOf, type ObjectKey, qualifiedKind } from '../../../model/object.ts'
import { type Allowed, matchesPattern, SYSTEM_NAMESPACES } from '../../../model/tenancy.ts'
import { type Content, identity, kindNotListed, notListed, protectedNamespace } from './reasons.ts'
import type { Fence } from './refusal-of.ts'

/** Kinds that tell what a cluster offers, and nothing of those who use it. */
const OF_CLUSTER: ReadonlySet<string> = new Set([
  'CustomResourceDefinition.apiextensions.k8s.io',
  'GatewayClass.gateway.networking.k8s.io',
  'IngressClass.networking.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'RuntimeClass.node.k8s.io',
  'StorageClass.storage.k8s.io',
])

/**
 * Why charts may not look an object up, whoever asks; undefined where they may.
 * @param object as the cluster holds it; nothing of it before it was read
 */
export function lookupRefusal(key: ObjectKey, object: Content, guard: Fence): Fault | undefined {
  return refused(describeKey(key), reasonOf(key, object, guard))
}

/** Why charts may not list a kind, in a namespace or in all of them (`key.namespace` is empty). */
export function listRefusal(key: ObjectKey, isNamespaced: boolean, guard: Fence): Fault | undefined {
  const isOfAll = isNamespaced && key.namespace === ''
  const why = isOfAll ? kindNotListed(key, guard.allow) : reasonOf(key, {}, guard)
  const place = isNamespaced ? ` of ${key.namespace || 'all namespaces'}` : ''
  return refused(`all ${qualifiedKind(key)} objects${place}`, why)
}

function refused(what: string, why: string | undefined): Fault | undefined {
  return why === undefined ? undefined : fault('lookup-not-allowed', `${what}: ${why}`)
}

function reasonOf(key: ObjectKey, object: Content, { allow, own }: Fence): string | undefined {
  if (tellsOfCluster(key, allow)) return undefined
  return (
    ownState(key, object, own.objects) ??
    protectedNamespace(key, allow, own) ??
    identity(key, object, allow) ??
    notListed(key, allow)
  )
}

/** Namespaces are counted among them, too: those of the control plane are what charts know a cluster by. */
function tellsOfCluster(key: ObjectKey, { namespaces }: Allowed): boolean {
  const { group, kind, name } = key
  if (group !== '' || kind !== 'Namespace') return OF_CLUSTER.has(qualifiedKind(key))
  const isOpen = name === '' || namespaces === undefined || SYSTEM_NAMESPACES.has(name)
  return isOpen || namespaces.some((pattern) => matchesPattern(pattern, name))
}

/** What Reeve itself, or another one, keeps its state in: no configuration shows it to charts. */
function ownState(key: ObjectKey, { type }: Content, own: Fence['own']['objects']): string | undefined {
  const isSeal = key.group === '' && key.kind === 'Secret' && type === SEAL_TYPE
  return isSeal || own.has(idOf(key)) ? 'it is what Reeve keeps its own state in' : undefined
}
