import type { DeclaredObject } from '../../../model/installation.ts'
import { idOf, keyOf } from '../../../model/object.ts'
import { placeKey } from './place-key.ts'

/**
 * Finds the same object in the other rendering, or one of the same kind in its place that has another name. By far
 * most of them are at the same index.
 */
export function partners(
  objects: readonly DeclaredObject[],
  others: readonly DeclaredObject[],
): (declared: DeclaredObject, index: number) => DeclaredObject | undefined {
  let elsewhere: ((declared: DeclaredObject) => DeclaredObject | undefined) | undefined
  return (declared, index) => {
    const other = others[index]
    if (other === declared || (other && isSame(declared, other))) return other
    elsewhere ??= partnersElsewhere(objects, others)
    return elsewhere(declared)
  }
}

/** Whether two are of one place, and name the same object. */
function isSame({ object, origin }: DeclaredObject, other: DeclaredObject): boolean {
  const { kind, apiVersion, metadata } = other.object
  return (
    origin.file === other.origin.file &&
    origin.document === other.origin.document &&
    origin.pointer === other.origin.pointer &&
    object.apiVersion === apiVersion &&
    object.kind === kind &&
    object.metadata.name === metadata.name &&
    object.metadata.namespace === metadata.namespace
  )
}

function partnersElsewhere(
  objects: readonly DeclaredObject[],
  others: readonly DeclaredObject[],
): (declared: DeclaredObject) => DeclaredObject | undefined {
  const ids = new Set(objects.map(({ object }) => idOf(keyOf(object))))
  const byId = Map.groupBy(others, ({ object }) => idOf(keyOf(object)))
  const renamed = others.filter(({ object }) => !ids.has(idOf(keyOf(object))))
  const byPlace = Map.groupBy(renamed, placeKey)
  return (declared) => {
    const same = byId.get(idOf(keyOf(declared.object))) ?? []
    const there = same.length > 1 ? same.find((other) => placeKey(other) === placeKey(declared)) : undefined
    // Alternatives are rarely named alike: a kind of the same length is made of another text.
    const isSameKind = ({ object }: DeclaredObject) => object.kind.length === declared.object.kind.length
    return there ?? same[0] ?? byPlace.get(placeKey(declared))?.find(isSameKind)
  }
}
