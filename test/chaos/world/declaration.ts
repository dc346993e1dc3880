import { idOf, type KubernetesObject, type ObjectId, type ObjectKey } from '../../../src/model/object.ts'
import { kindCalled } from './catalogue.ts'
import { metadataSlots, type Slots, withMetadataSlots } from './slots.ts'

/** One object as a commit declares it. */
export interface Declaration {
  readonly kind: string
  /** Unique in its run, whatever the kind. */
  readonly name: string
  readonly namespace: string
  readonly slots: Slots
}

export function keyOfDeclaration({ kind, name, namespace }: Declaration): ObjectKey {
  const { resource } = kindCalled(kind)
  return { group: resource.group, kind, namespace: resource.namespaced ? namespace : '', name }
}

export function idOfDeclaration(declaration: Declaration): ObjectId {
  return idOf(keyOfDeclaration(declaration))
}

/** The object as it stands in Git. */
export function objectOf(declaration: Declaration): KubernetesObject {
  const { kind, name, namespace, slots } = declaration
  const { resource, skeleton } = kindCalled(kind)
  const { group, version, namespaced } = resource
  const empty: KubernetesObject = {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name, ...(namespaced && { namespace }) },
    ...skeleton(name),
  }
  return withSlots(empty, slots)
}

/** All slots of an object of a kind of the catalogue. */
export function slotsIn(object: KubernetesObject): Slots {
  return { ...kindCalled(object.kind).slots.read(object), ...metadataSlots(object) }
}

/** The object with just these slots; what else it holds stays. */
export function withSlots(object: KubernetesObject, slots: Slots): KubernetesObject {
  const own = Object.fromEntries(Object.entries(slots).filter(([name]) => !name.includes(':')))
  return withMetadataSlots(kindCalled(object.kind).slots.write(object, own), slots)
}
