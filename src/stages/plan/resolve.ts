import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject, Installation, ResolvedObject } from '../../model/installation.ts'
import { DERIVED_ANNOTATION, isDocument, OWN_API_VERSION, OWN_GROUP } from '../../model/labels.ts'
import { describeKey, gvkOf, idOf, type KubernetesObject, type ObjectKey } from '../../model/object.ts'
import type { BlockedPlan } from '../../model/plan.ts'
import { isTerminating, type Kinds, type Resource } from '../../model/schema.ts'
import { waveOf } from '../../model/wave.ts'
import { digestOf } from './digest.ts'
import { unknownKind } from './unknown-kind.ts'
import { unmanageableKind } from './unmanageable-kind.ts'

export interface Resolved {
  readonly objects: readonly ResolvedObject[]
  /** Objects that cannot be planned: unknown kinds wait for their CRD, unmanageable kinds stay blocked. */
  readonly blocked: readonly BlockedPlan[]
}

/**
 * Gives each object its namespace in the cluster: `namespace` where a namespaced kind names none; none for a
 * cluster-scoped kind, whatever it names (as kubectl does). If two declarations resolve to one object, the
 * first one counts. Reeve's own documents are objects only in clusters that serve their kinds; an installation
 * without a document has one that is derived.
 */
export function resolve(
  installation: Pick<Installation, 'objects' | 'namespace' | 'objectName' | 'location'>,
  kinds: Kinds,
  { namespace }: { readonly namespace: string },
): Resolved {
  const objects = new Map<string, ResolvedObject>()
  const blocked: BlockedPlan[] = []
  for (const declared of [...derivedDocument(installation), ...installation.objects]) {
    const gvk = gvkOf(declared.object)
    const isOwn = gvk.group === OWN_GROUP
    const exact = kinds.resource(gvk)
    if (isOwn && !exact) continue
    const served = exact ?? kinds.preferred(gvk.group, gvk.kind)
    const home = isDocument(gvk) ? namespace : (installation.namespace ?? namespace)
    const resolved = resolveObject(declared, served?.namespaced, home)
    const first = objects.get(idOf(resolved.key))
    const misfit = kindFault(declared, exact, kinds)
    if (misfit) blocked.push(block(resolved, misfit))
    else if (first) blocked.push(block(resolved, duplicate(resolved, first)))
    else objects.set(idOf(resolved.key), resolved)
  }
  return { objects: [...objects.values()], blocked }
}

/** Why an object of this kind cannot be kept, now or ever; undefined where it can. */
function kindFault(declared: DeclaredObject, served: Resource | undefined, kinds: Kinds): Fault | undefined {
  const unmanageable = unmanageableKind(declared, served)
  if (served === undefined) return unmanageable ?? unknownKind(declared, kinds)
  return unmanageable && isTerminating(served) ? unknownKind(declared, kinds) : unmanageable
}

/** The Installation object of an installation of which Git has no document. */
function derivedDocument({
  objectName,
  location,
}: Pick<Installation, 'objectName' | 'location'>): readonly DeclaredObject[] {
  if (objectName === undefined) return []
  const object = {
    apiVersion: OWN_API_VERSION,
    kind: 'Installation',
    metadata: { name: objectName, annotations: { [DERIVED_ANNOTATION]: 'true' } },
    spec: {},
  }
  return [
    {
      object,
      origin: { file: location?.file ?? '', line: location?.line ?? 1, document: 0, pointer: '' },
      isDerived: true,
    },
  ]
}

function resolveObject(
  { object, ...declared }: DeclaredObject,
  namespaced: boolean | undefined,
  fallback: string,
): ResolvedObject {
  const { namespace, ...metadata } = object.metadata
  const own = typeof namespace === 'string' ? namespace : ''
  const home = namespaced === undefined ? own : namespaced ? own || fallback : ''
  const resolved: KubernetesObject =
    home === (namespace ?? '')
      ? object
      : { ...object, metadata: home === '' ? metadata : { ...metadata, namespace: home } }
  const { group, kind } = gvkOf(object)
  const key: ObjectKey = { group, kind, namespace: home, name: object.metadata.name }
  return { ...declared, object: resolved, key, digest: digestOf(resolved, declared.varying) }
}

function block(resolved: ResolvedObject, fault: BlockedPlan['fault']): BlockedPlan {
  const { key, origin, object } = resolved
  return { action: 'blocked', key, origin, fault, wave: waveOf(object) }
}

function duplicate(resolved: ResolvedObject, first: ResolvedObject): BlockedPlan['fault'] {
  const { file, line } = first.origin
  return fault('duplicate-object', `${describeKey(resolved.key)} is also at ${file}:${line}`, {
    location: { file: resolved.origin.file, line: resolved.origin.line },
    object: idOf(resolved.key),
  })
}
